using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace EdgeRnn.Server.Live;

/// <summary>The page for a person beside the device: static files from the assembly, and a stream of snapshots.</summary>
internal static class LivePage
{
    // Everything comes from here and nothing goes elsewhere; the icon is part of the page.
    private const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] LoopbackHosts = ["localhost", IPAddress.Loopback.ToString(), $"[{IPAddress.IPv6Loopback}]"];

    public static void MapLivePage(this IEndpointRouteBuilder routes, ServerOptions options)
    {
        RouteGroupBuilder page = routes.MapGroup("").DisableHttpMetrics();
        // By another name a page of a stranger could lead a browser on this machine here, and read along.
        if (IPAddress.IsLoopback(IPAddress.Parse(options.Listen)))
        {
            page.AddEndpointFilter(async (context, next) =>
                LoopbackHosts.Contains(context.HttpContext.Request.Host.Host) ? await next(context) : Results.NotFound());
        }

        page.MapFile("/", "index.html", "text/html; charset=utf-8");
        page.MapFile("/live.css", "live.css", "text/css; charset=utf-8");
        page.MapFile("/live.js", "live.js", "text/javascript; charset=utf-8");
        page.MapGet("/live/events", Watch);
    }

    private static void MapFile(this IEndpointRouteBuilder routes, string path, string file, string contentType)
    {
        byte[] content = Read(file);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"");
        routes.MapGet(path, (HttpResponse response) =>
        {
            Secure(response);
            response.Headers.CacheControl = "no-cache";
            return Results.Bytes(content, contentType, entityTag: tag);
        });
    }

    private static IResult Watch(HttpResponse response, LiveFeed feed, CancellationToken clientGone)
    {
        Secure(response);
        if (!feed.TryJoin(out LiveViewer? viewer))
            return Results.Text($"expected at most {LiveFeed.MaxViewers} viewers", statusCode: StatusCodes.Status503ServiceUnavailable);
        response.RegisterForDispose(viewer);
        return TypedResults.ServerSentEvents(SnapshotsAsync(viewer, clientGone));
    }

    private static async IAsyncEnumerable<LiveSnapshot> SnapshotsAsync(
        LiveViewer viewer, [EnumeratorCancellation] CancellationToken clientGone)
    {
        await foreach (LiveSnapshot snapshot in viewer.Snapshots.ReadAllAsync(clientGone))
            yield return snapshot;
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
