using System.Buffers.Binary;
using System.Net.Sockets;

namespace EdgeRnn.Cli.Load.Http2;

/// <summary>
/// An HTTP/2 connection for very many small messages on very many streams: what is due together leaves in one packet, and no message costs
/// an allocation or a change of threads. <c>SocketsHttpHandler</c> costs the machine more per message than the server under test does.
/// Plaintext only, and only what gRPC streams to an EdgeRnn server need.
/// </summary>
internal sealed class Http2Connection : IDisposable
{
    private const int ReceiveWindow = 16 << 20;

    // The bit that ends a stream marks settings and pings as acknowledgements.
    private const FrameFlags Ack = FrameFlags.EndStream;

    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly Thread _reader;
    private readonly FrameOutput _output;
    private readonly SendingStreams _streams;
    private readonly byte[] _headers;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unacknowledged;

    private Http2Connection(Socket socket, byte[] headers)
    {
        _socket = socket;
        _headers = headers;
        _output = new FrameOutput(socket, _gate);
        _streams = new SendingStreams(_output);
        _reader = new Thread(Read) { Name = "edgernn-reader", IsBackground = true };
    }

    /// <summary>Connects, and waits for the server's settings.</summary>
    /// <param name="path">The method that all streams of the connection call.</param>
    public static async Task<Http2Connection> ConnectAsync(Uri server, string path, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Synchronously: an asynchronous connect registers the socket with the thread pool, which every packet would then wake too.
            await Task.Run(() => socket.Connect(server.IdnHost, server.Port), cancellation).WaitAsync(cancellation);
            socket.Blocking = false;
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new Http2Connection(socket, HeaderBlock.OfRequest(server, path));
        connection.Greet();
        connection._reader.Start();
        await connection._ready.Task.WaitAsync(cancellation);
        return connection;
    }

    /// <summary>Opens a stream and sends what its peer has.</summary>
    public Http2Stream Open(StreamPeer peer)
    {
        Http2Stream stream;
        lock (_gate)
            stream = _streams.Open(peer, _headers);
        _output.Flush();
        return stream;
    }

    /// <summary>Adds what a stream's peer has to the output, which <see cref="Flush"/> sends.</summary>
    public void Send(Http2Stream stream)
    {
        lock (_gate)
            _streams.Send(stream);
    }

    public void Flush() => _output.Flush();

    public void Dispose()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The connection is down already.
        }

        _reader.Join();
        _socket.Dispose();
    }

    private void Greet()
    {
        Span<byte> settings = stackalloc byte[18];
        WriteSetting(settings, Setting.HeaderTableSize, 0);
        WriteSetting(settings[6..], Setting.EnablePush, 0);
        WriteSetting(settings[12..], Setting.InitialWindowSize, ReceiveWindow);
        lock (_gate)
        {
            _output.AddRaw(Preface);
            _output.Add(FrameType.Settings, FrameFlags.None, 0, settings);
            _output.Add(FrameType.WindowUpdate, 0, ReceiveWindow - SendingStreams.InitialWindow);
        }

        _output.Flush();

        static void WriteSetting(Span<byte> bytes, Setting setting, int value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)setting);
            BinaryPrimitives.WriteInt32BigEndian(bytes[sizeof(ushort)..], value);
        }
    }

    private void Read()
    {
        string failure = "the server closed the connection";
        try
        {
            new FrameReader(_socket, _output).Run(OnFrame);
        }
        catch (Exception e)
        {
            // Whatever a server sends ends the streams, not the process.
            failure = e.Message;
        }

        _ready.TrySetException(new IOException(failure));
        lock (_gate)
            _streams.End(failure);
    }

    private void OnFrame(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case FrameType.Data:
                OnData(header, payload);
                break;
            case FrameType.Headers:
                if (!header.Has(FrameFlags.EndHeaders) || header.Has(FrameFlags.Padded | FrameFlags.Priority))
                    throw new InvalidDataException("expected header fields in one plain frame, found another form");
                Find(header.Stream)?.OnHeaders(payload);
                break;
            case FrameType.ResetStream:
                Find(header.Stream)?.End($"the server reset the stream (HTTP/2 error {BinaryPrimitives.ReadInt32BigEndian(payload)})");
                break;
            case FrameType.Settings when !header.Has(Ack):
                lock (_gate)
                    OnSettings(payload);
                _ready.TrySetResult();
                break;
            case FrameType.Ping when !header.Has(Ack):
                lock (_gate)
                    _output.Add(FrameType.Ping, Ack, 0, payload);
                break;
            case FrameType.WindowUpdate:
                lock (_gate)
                    _streams.OpenWindow(header.Stream, BinaryPrimitives.ReadInt32BigEndian(payload));
                break;
        }

        if (header.Type is FrameType.Data or FrameType.Headers && header.Has(FrameFlags.EndStream))
            Find(header.Stream)?.End();
    }

    private void OnData(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Has(FrameFlags.Padded))
            throw new InvalidDataException("expected data without padding, found padded data");
        if (Find(header.Stream) is not { } stream)
            return;
        stream.OnData(payload);
        stream.Unacknowledged = Acknowledge(stream.Id, stream.Unacknowledged + payload.Length);
        _unacknowledged = Acknowledge(0, _unacknowledged + payload.Length);
    }

    /// <summary>Opens a receive window again once half of it is used.</summary>
    /// <returns>Bytes that are still to be acknowledged.</returns>
    private int Acknowledge(int id, int bytes)
    {
        if (bytes < ReceiveWindow / 2)
            return bytes;
        lock (_gate)
            _output.Add(FrameType.WindowUpdate, id, bytes);
        return 0;
    }

    private void OnSettings(ReadOnlySpan<byte> settings)
    {
        const int Size = 6;
        for (; settings.Length >= Size; settings = settings[Size..])
        {
            if ((Setting)BinaryPrimitives.ReadUInt16BigEndian(settings) == Setting.InitialWindowSize)
                _streams.SetStreamWindow(BinaryPrimitives.ReadInt32BigEndian(settings[sizeof(ushort)..]));
        }

        _output.Add(FrameType.Settings, Ack, 0, []);
    }

    private Http2Stream? Find(int id)
    {
        lock (_gate)
            return _streams.Find(id);
    }
}
