using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EdgeRnn.Server.Limits;

/// <summary>
/// The socket transport, with a limit on open connections of all ports together. A connection beyond it is closed before the next one is
/// accepted: a process without descriptors cannot do anything any more, not even accept.
/// </summary>
/// <param name="max">Maximum number of open connections; asked when the first port is bound.</param>
internal sealed class LimitedTransport(SocketTransportFactory sockets, Func<int> max) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly Lazy<int> _max = new(max);
    private int _open;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        IConnectionListener listener = await sockets.BindAsync(endpoint, cancellationToken);
        return new Listener(listener, this);
    }

    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    private bool TryTake()
    {
        if (Interlocked.Increment(ref _open) <= _max.Value)
            return true;
        Interlocked.Decrement(ref _open);
        return false;
    }

    private sealed class Listener(IConnectionListener inner, LimitedTransport transport) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await inner.AcceptAsync(cancellationToken) is { } connection)
            {
                if (transport.TryTake())
                {
                    connection.ConnectionClosed.UnsafeRegister(
                        static transport => Interlocked.Decrement(ref ((LimitedTransport)transport!)._open), transport);
                    return connection;
                }

                connection.Abort(new ConnectionAbortedException("no descriptor is left for another connection"));
                await connection.DisposeAsync();
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
