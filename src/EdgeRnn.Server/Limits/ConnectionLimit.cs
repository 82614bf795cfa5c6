using Microsoft.AspNetCore.Connections;

namespace EdgeRnn.Server.Limits;

/// <summary>
/// Closes new connections of an endpoint while the maximum number is open. Kestrel's own limit covers all endpoints together: under it a
/// storm of clients would take the health pages' connections too, and the server would be restarted for being busy.
/// </summary>
/// <param name="max">Maximum number of open connections.</param>
internal sealed class ConnectionLimit(long max)
{
    private long _open;

    public ConnectionDelegate Apply(ConnectionDelegate next) => async connection =>
    {
        try
        {
            if (Interlocked.Increment(ref _open) <= max)
                await next(connection);
            else
                connection.Abort(new ConnectionAbortedException($"more than {max} connections"));
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    };
}
