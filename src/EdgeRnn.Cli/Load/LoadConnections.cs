using System.Net.Sockets;
using EdgeRnn.Cli.Load.Http2;

namespace EdgeRnn.Cli.Load;

/// <summary>Opens a plan's streams, at most 100 per connection.</summary>
internal sealed class LoadConnections : IDisposable
{
    private const int StreamsPerConnection = 100;

    private readonly List<Http2Connection> _connections = [];

    /// <summary>The streams, in the order in which their messages are due.</summary>
    public IReadOnlyList<LoadStream> Streams { get; private set; } = [];

    /// <exception cref="CliException">No stream could be opened.</exception>
    public async Task OpenAsync(Uri server, LoadPlan plan, LoadPayloads payloads, CancellationToken cancellation)
    {
        List<LoadStream> streams = [];
        for (int number = 0; number < plan.Streams; number++)
        {
            // Streams whose messages are due one after the other share a connection, so that what is due together is sent together.
            if (number % StreamsPerConnection == 0)
                _connections.Add(await ConnectAsync(server, cancellation));
            streams.Add(new LoadStream(number, plan, payloads, _connections[^1]));
            await streams[^1].OpenAsync().WaitAsync(cancellation);
        }

        if (!streams.Any(stream => stream.HasOpened))
            throw new CliException($"no stream opened: {streams[0].Failure}");
        Streams = streams;
    }

    public void Dispose()
    {
        foreach (Http2Connection connection in _connections)
            connection.Dispose();
    }

    private static async Task<Http2Connection> ConnectAsync(Uri server, CancellationToken cancellation)
    {
        try
        {
            return await Http2Connection.ConnectAsync(server, LoadStream.Path, cancellation);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            throw new CliException($"{server.GetLeftPart(UriPartial.Authority)}: {e.Message}");
        }
    }
}
