using System.Net;

namespace EdgeRnn.Server.Hosting;

/// <summary>
/// Protects the page from DNS rebinding: a foreign page whose host name resolves to this machine could otherwise read along in the user's
/// browser. Addresses cannot be rebound; of names, those of this machine are allowed, and those of the option Hosts.
/// </summary>
/// <param name="hosts">Further names, separated by commas; * allows every name.</param>
internal sealed class PageHosts(string hosts)
{
    private const string Every = "*";

    private readonly HashSet<string> _names = new(
        [
            "localhost", Environment.MachineName, $"{Environment.MachineName}.local",
            .. hosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>An endpoint filter: 421 if the request's host is not allowed.</summary>
    public ValueTask<object?> RefuseOthersAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsAllowed(context.HttpContext.Request.Host.Host)
            ? next(context)
            : ValueTask.FromResult<object?>(Results.Text(
                "This server does not know itself by the name in the address. Use its IP address, or add the name to the option Hosts "
                + "(EDGERNN__HOSTS=name,other).\n", statusCode: StatusCodes.Status421MisdirectedRequest));

    public bool IsAllowed(string host) =>
        _names.Contains(Every) || _names.Contains(host.TrimEnd('.')) || IPAddress.TryParse(host.Trim('[', ']'), out _);
}
