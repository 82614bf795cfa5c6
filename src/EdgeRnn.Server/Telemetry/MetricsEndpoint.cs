using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace EdgeRnn.Server.Telemetry;

/// <summary><c>/metrics</c>, in the format that the scraper prefers by its Accept header.</summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);
    private const string TextType = "text/plain";
    private const string OpenMetricsType = "application/openmetrics-text";

    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapGet(Path, ScrapeAsync).DisableHttpMetrics();

    /// <summary>Whether OpenMetrics 1.x is accepted with at least the quality of plain text.</summary>
    internal static bool PrefersOpenMetrics(RequestHeaders headers)
    {
        double openMetrics = 0, text = 0;
        foreach (MediaTypeHeaderValue accepted in headers.Accept)
        {
            double quality = accepted.Quality ?? 1;
            if (accepted.MediaType.Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase) && IsVersion1(accepted))
                openMetrics = Math.Max(openMetrics, quality);
            else if (accepted.MediaType.Equals(TextType, StringComparison.OrdinalIgnoreCase))
                text = Math.Max(text, quality);
        }

        return openMetrics > 0 && openMetrics >= text;
    }

    private static bool IsVersion1(MediaTypeHeaderValue accepted)
    {
        NameValueHeaderValue? version =
            accepted.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase));
        return version is null || version.Value.StartsWith("1.", StringComparison.Ordinal);
    }

    private static async Task ScrapeAsync(HttpContext context, PrometheusExporter exporter, TimeProvider time)
    {
        bool openMetrics = PrefersOpenMetrics(context.Request.GetTypedHeaders());
        context.Response.ContentType = openMetrics
            ? $"{OpenMetricsType}; version=1.0.0; charset=utf-8"
            : $"{TextType}; version=0.0.4; charset=utf-8";
        if (exporter.Pace.Take() is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait < MaxWait ? wait : MaxWait, time, context.RequestAborted);
        ReadOnlyMemory<byte> text = await exporter.ScrapeAsync(openMetrics, context.RequestAborted);
        context.Response.ContentLength = text.Length;
        await context.Response.Body.WriteAsync(text, context.RequestAborted);
    }
}
