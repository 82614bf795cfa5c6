using System.Net;
using EdgeRnn.Server;
using EdgeRnn.Server.Configuration;

namespace EdgeRnn.Cli.Serving;

/// <summary>
/// Asks a server on this machine whether it is ready: a container's health check that needs neither a shell nor a tool in the image.
/// </summary>
internal static class HealthProbe
{
    private const int Healthy = 0;
    private const int Unhealthy = 1;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <param name="options">The options of the server that is asked.</param>
    /// <param name="output">Gets one line: the page and its answer.</param>
    /// <returns>The exit code: 0 if the server is ready, else 1. Container engines reserve 2.</returns>
    public static async Task<int> RunAsync(EdgeRnnServerOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        Uri page = Page(options);
        try
        {
            using var client = new HttpClient { Timeout = Timeout };
            using HttpResponseMessage response = await client.GetAsync(page, cancellationToken);
            await output.WriteLineAsync($"{page}: {(int)response.StatusCode}");
            return response.IsSuccessStatusCode ? Healthy : Unhealthy;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await output.WriteLineAsync($"{page}: {e.Message}");
            return Unhealthy;
        }
    }

    private static Uri Page(EdgeRnnServerOptions options) =>
        new($"http://{new IPEndPoint(ListenAddress.Parse(options.Listen).Local, options.HttpPort)}/health/ready");
}
