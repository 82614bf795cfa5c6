using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace EdgeRnn.Server.Live;

/// <summary>The live page: static files from the assembly, and a stream of snapshots as server-sent events.</summary>
internal static class LivePage
{
    // The page loads from and sends to its own origin only; its icon is a data URL.
    private const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps the page at <c>/</c>, or with a trailing slash at the prefix of the group.</summary>
    public static RouteGroupBuilder MapLivePage(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder page = routes.MapGroup("").DisableHttpMetrics();
        page.MapFile("/", "index.html", "text/html; charset=utf-8");
        page.MapFile("/live.css", "live.css", "text/css; charset=utf-8");
        foreach (string script in (ReadOnlySpan<string>)["live.js", "now.js", "charts.js", "streams.js", "words.js"])
            page.MapFile($"/{script}", script, "text/javascript; charset=utf-8");
        page.MapGet("/live/events", Watch);
        page.MapGet("/live/history", (HttpResponse response, LiveFeed feed) => Answer(response, feed.Course));
        page.MapGet("/live/streams/{id}", (HttpResponse response, LiveFeed feed, string id) => feed.Detail(id) is { } detail
            ? Answer(response, detail)
            : Results.Text("expected the id of an open stream", statusCode: StatusCodes.Status404NotFound));
        return page;
    }

    private static void MapFile(this IEndpointRouteBuilder routes, string path, string file, string contentType)
    {
        byte[] content = Read(file);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"");
        routes.MapGet(path, (HttpRequest request, HttpResponse response) =>
        {
            // Relative links of a page that is mapped in a group need the trailing slash.
            if (path == "/" && !request.Path.Value!.EndsWith('/'))
                return Results.Redirect($"{request.PathBase}{request.Path}/");
            Secure(response);
            response.Headers.CacheControl = "no-cache";
            return Results.Bytes(content, contentType, entityTag: tag);
        });
    }

    private static IResult Answer(HttpResponse response, byte[] json)
    {
        Secure(response);
        response.Headers.CacheControl = "no-store";
        return Results.Bytes(json, "application/json; charset=utf-8");
    }

    private static IResult Watch(HttpResponse response, LiveFeed feed, CancellationToken clientGone)
    {
        Secure(response);
        if (!feed.TryJoin(out LiveViewer? viewer))
            return Results.Text($"expected at most {LiveFeed.MaxViewers} viewers", statusCode: StatusCodes.Status503ServiceUnavailable);
        response.RegisterForDispose(viewer);
        // A proxy that collects the events before it passes them on would show them in clumps.
        response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(SnapshotsAsync(viewer, clientGone));
    }

    private static async IAsyncEnumerable<string> SnapshotsAsync(
        LiveViewer viewer, [EnumeratorCancellation] CancellationToken clientGone)
    {
        await foreach (LiveSnapshot snapshot in viewer.Snapshots.ReadAllAsync(clientGone))
            yield return JsonSerializer.Serialize(snapshot, LiveJson.Default.LiveSnapshot);
    }

    private static void Secure(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = ContentPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static byte[] Read(string file)
    {
        using Stream stream = typeof(LivePage).Assembly.GetManifestResourceStream($"live/{file}")!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
