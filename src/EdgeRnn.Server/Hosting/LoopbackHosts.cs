using System.Net;

namespace EdgeRnn.Server.Hosting;

/// <summary>
/// Protects a server on loopback from DNS rebinding: a foreign page whose host name resolves to this machine could otherwise read
/// along in the user's browser.
/// </summary>
internal static class LoopbackHosts
{
    private static readonly string[] Names = ["localhost", IPAddress.Loopback.ToString(), $"[{IPAddress.IPv6Loopback}]"];

    /// <summary>An endpoint filter: 404 if the request's host is not one of loopback's own names.</summary>
    public static ValueTask<object?> RefuseOthersAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Names.Contains(context.HttpContext.Request.Host.Host) ? next(context) : ValueTask.FromResult<object?>(Results.NotFound());
}
