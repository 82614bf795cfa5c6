using System.Net;

namespace EdgeRnn.Server;

/// <summary>
/// Asks the server that runs beside it whether it is ready: a container's health check that needs neither a shell nor a tool in the image.
/// </summary>
internal static class HealthProbe
{
    private const int Healthy = 0;
    private const int Unhealthy = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="options">Those of the server that is asked.</param>
    /// <param name="output">Gets one line: what was asked and what the answer was.</param>
    /// <returns>The exit code: 0 where it is ready, 1 for anything else, for container engines reserve 2.</returns>
    public static async Task<int> RunAsync(ServerOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        Uri page = Page(options);
        try
        {
            using var client = new HttpClient { Timeout = Patience };
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

    private static Uri Page(ServerOptions options)
    {
        var listen = IPAddress.Parse(options.Listen);
        // A server that listens everywhere is asked on loopback.
        IPAddress address = listen.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listen.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : listen;
        return new Uri($"http://{new IPEndPoint(address, options.HttpPort)}/health/ready");
    }
}
