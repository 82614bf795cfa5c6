using Microsoft.AspNetCore.Connections;

namespace EdgeRnn.Server;

/// <summary>
/// Closes connections of an endpoint beyond a number as soon as they come. Kestrel's own limit is for all endpoints together: a storm of
/// clients would take the health pages with it, and the server would be restarted for being busy.
/// </summary>
/// <param name="most">Connections open at the same time.</param>
internal sealed class ConnectionLimit(long most)
{
    private long _open;

    public ConnectionDelegate Apply(ConnectionDelegate next) => async connection =>
    {
        try
        {
            if (Interlocked.Increment(ref _open) <= most)
                await next(connection);
            else
                connection.Abort(new ConnectionAbortedException($"more than {most} connections"));
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    };
}
