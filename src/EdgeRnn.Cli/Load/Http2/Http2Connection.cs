using System.Buffers.Binary;
using System.Net.Sockets;

namespace EdgeRnn.Cli.Load.Http2;

/// <summary>
/// A connection for very many small messages on very many streams: what is due together leaves in one packet, and nothing is allocated or
/// handed to another thread per message. <c>SocketsHttpHandler</c> costs the machine more per message than the server under test does.
/// It speaks plaintext HTTP/2 as far as gRPC streams to an EdgeRnn server need it.
/// </summary>
internal sealed class Http2Connection : IDisposable
{
    private const int StuckMicroseconds = 500;
    private const int FirstWindow = 65_535, ReceiveWindow = 16 << 20, MaxFrameSize = 16_384;

    // The same bit says that settings and pings are acknowledgements.
    private const FrameFlags Ack = FrameFlags.EndStream;

    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly Thread _reader;
    private readonly FrameOutput _output;
    private readonly byte[] _headers;
    private readonly List<Http2Stream> _streams = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _window = FirstWindow;
    private int _streamWindow = FirstWindow;
    private int _unacknowledged;

    private Http2Connection(Socket socket, byte[] headers)
    {
        _socket = socket;
        _headers = headers;
        _output = new FrameOutput(socket, _gate);
        _reader = new Thread(Read) { Name = "edgernn-reader", IsBackground = true };
    }

    /// <summary>Connects, and waits until the server has told its limits.</summary>
    /// <param name="path">What all streams of the connection call.</param>
    public static async Task<Http2Connection> ConnectAsync(Uri server, string path, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Not asynchronously: then each packet would wake the thread pool, too.
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
        {
            stream = new Http2Stream(2 * _streams.Count + 1, peer, _streamWindow);
            _streams.Add(stream);
            _output.Add(FrameType.Headers, FrameFlags.EndHeaders, stream.Id, _headers);
            Pump(stream);
        }

        _output.Flush();
        return stream;
    }

    /// <summary>Adds what a stream's peer has, as far as the windows allow; the rest goes when they open. <see cref="Flush"/> sends it.</summary>
    public void Send(Http2Stream stream)
    {
        lock (_gate)
            Pump(stream);
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
            // It is down already.
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
            _output.Add(FrameType.WindowUpdate, 0, ReceiveWindow - FirstWindow);
        }

        _output.Flush();

        static void WriteSetting(Span<byte> bytes, Setting setting, int value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)setting);
            BinaryPrimitives.WriteInt32BigEndian(bytes[sizeof(ushort)..], value);
        }
    }

    private void Pump(Http2Stream stream)
    {
        while (!stream.IsHalfClosed && !stream.IsOver)
        {
            if (stream.Sending.IsEmpty && !TakeNext(stream))
                return;
            int length = (int)Math.Min(Math.Min(stream.Sending.Length, MaxFrameSize), Math.Min(stream.Window, _window));
            if (length <= 0)
                return;
            _output.Add(FrameType.Data, FrameFlags.None, stream.Id, stream.Sending.Span[..length]);
            stream.Sending = stream.Sending[length..];
            stream.Window -= length;
            _window -= length;
        }
    }

    private bool TakeNext(Http2Stream stream)
    {
        if (stream.Peer.TryTakeNext(out ReadOnlyMemory<byte> message))
        {
            stream.Sending = message;
            return true;
        }

        if (!stream.Peer.IsComplete)
            return false;
        stream.IsHalfClosed = true;
        _output.Add(FrameType.Data, FrameFlags.EndStream, stream.Id, []);
        return false;
    }

    private void Read()
    {
        string failure = "the server closed the connection";
        try
        {
            byte[] buffer = new byte[4 * MaxFrameSize];
            int filled = 0;
            while (Receive(buffer.AsSpan(filled)) is > 0 and var read)
            {
                filled += read;
                int taken = TakeFrames(buffer.AsSpan(0, filled));
                buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
                filled -= taken;
                _output.Flush();
            }
        }
        catch (Exception e)
        {
            // Whatever a server sends ends the streams, not the process.
            failure = e.Message;
        }

        _ready.TrySetException(new IOException(failure));
        lock (_gate)
        {
            foreach (Http2Stream stream in _streams)
                stream.End(failure);
        }
    }

    /// <summary>Waits for bytes, and meanwhile sends what the socket had no room for.</summary>
    private int Receive(Span<byte> bytes)
    {
        while (true)
        {
            bool isReadable = _socket.Poll(_output.IsStuck ? StuckMicroseconds : -1, SelectMode.SelectRead);
            if (_output.IsStuck)
                _output.Flush();
            if (isReadable)
                return _socket.Receive(bytes);
        }
    }

    private int TakeFrames(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        while (bytes.Length - taken >= FrameHeader.Size)
        {
            var header = FrameHeader.Read(bytes[taken..]);
            if (header.Length > MaxFrameSize)
                throw new InvalidDataException($"an HTTP/2 frame of {header.Length} bytes");
            if (header.Length > bytes.Length - taken - FrameHeader.Size)
                break;
            Take(header, bytes.Slice(taken + FrameHeader.Size, header.Length));
            taken += FrameHeader.Size + header.Length;
        }

        return taken;
    }

    private void Take(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case FrameType.Data:
                TakeData(header, payload);
                break;
            case FrameType.Headers:
                if (!header.Has(FrameFlags.EndHeaders) || header.Has(FrameFlags.Padded | FrameFlags.Priority))
                    throw new InvalidDataException("header fields in pieces, which an EdgeRnn server does not send");
                Find(header.Stream)?.OnHeaders(payload);
                break;
            case FrameType.ResetStream:
                Find(header.Stream)?.End($"the server reset the stream (HTTP/2 error {BinaryPrimitives.ReadInt32BigEndian(payload)})");
                break;
            case FrameType.Settings when !header.Has(Ack):
                lock (_gate)
                    TakeSettings(payload);
                _ready.TrySetResult();
                break;
            case FrameType.Ping when !header.Has(Ack):
                lock (_gate)
                    _output.Add(FrameType.Ping, Ack, 0, payload);
                break;
            case FrameType.WindowUpdate:
                lock (_gate)
                    TakeWindow(header.Stream, BinaryPrimitives.ReadInt32BigEndian(payload));
                break;
        }

        if (header.Type is FrameType.Data or FrameType.Headers && header.Has(FrameFlags.EndStream))
            Find(header.Stream)?.End();
    }

    private void TakeData(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Has(FrameFlags.Padded))
            throw new InvalidDataException("padded data, which an EdgeRnn server does not send");
        if (Find(header.Stream) is not { } stream)
            return;
        stream.OnData(payload);
        stream.Unacknowledged += payload.Length;
        _unacknowledged += payload.Length;
        if (stream.Unacknowledged >= ReceiveWindow / 2)
        {
            lock (_gate)
                _output.Add(FrameType.WindowUpdate, stream.Id, stream.Unacknowledged);
            stream.Unacknowledged = 0;
        }

        if (_unacknowledged >= ReceiveWindow / 2)
        {
            lock (_gate)
                _output.Add(FrameType.WindowUpdate, 0, _unacknowledged);
            _unacknowledged = 0;
        }
    }

    private void TakeSettings(ReadOnlySpan<byte> settings)
    {
        const int Size = 6;
        for (; settings.Length >= Size; settings = settings[Size..])
        {
            if ((Setting)BinaryPrimitives.ReadUInt16BigEndian(settings) != Setting.InitialWindowSize)
                continue;
            int window = BinaryPrimitives.ReadInt32BigEndian(settings[sizeof(ushort)..]);
            foreach (Http2Stream stream in _streams)
                stream.Window += window - _streamWindow;
            _streamWindow = window;
        }

        _output.Add(FrameType.Settings, Ack, 0, []);
    }

    private void TakeWindow(int id, int bytes)
    {
        if (id == 0)
        {
            _window += bytes;
            foreach (Http2Stream waiting in _streams)
                Pump(waiting);
        }
        else if (Find(id) is { } stream)
        {
            stream.Window += bytes;
            Pump(stream);
        }
    }

    private Http2Stream? Find(int id)
    {
        lock (_gate)
            return id > 0 && id / 2 < _streams.Count ? _streams[id / 2] : null;
    }
}
