namespace EdgeRnn.Cli.Load.Http2;

/// <summary>
/// A connection's streams, and how much HTTP/2's flow control (RFC 9113, 5.2) lets them send. Guarded by the connection's lock.
/// </summary>
internal sealed class SendingStreams(FrameOutput output)
{
    /// <summary>Bytes that may be sent on a new connection, and on a new stream, before the server says otherwise.</summary>
    public const int InitialWindow = 65_535;

    private readonly List<Http2Stream> _streams = [];
    private long _window = InitialWindow;
    private int _streamWindow = InitialWindow;

    /// <summary>Opens a stream and sends what its peer has, after the request's header fields.</summary>
    public Http2Stream Open(StreamPeer peer, ReadOnlySpan<byte> headers)
    {
        var stream = new Http2Stream(2 * _streams.Count + 1, peer, _streamWindow);
        _streams.Add(stream);
        output.Add(FrameType.Headers, FrameFlags.EndHeaders, stream.Id, headers);
        Send(stream);
        return stream;
    }

    /// <summary>The stream of an id; null for ids that this side did not open.</summary>
    public Http2Stream? Find(int id) => id > 0 && id / 2 < _streams.Count ? _streams[id / 2] : null;

    /// <summary>Puts what a stream's peer has into the output, as far as the windows allow; the rest goes when they open.</summary>
    public void Send(Http2Stream stream)
    {
        while (!stream.IsHalfClosed && !stream.IsOver)
        {
            if (stream.Sending.IsEmpty && !TakeNext(stream))
                return;
            int length = (int)Math.Min(Math.Min(stream.Sending.Length, FrameReader.MaxFrameSize), Math.Min(stream.Window, _window));
            if (length <= 0)
                return;
            output.Add(FrameType.Data, FrameFlags.None, stream.Id, stream.Sending.Span[..length]);
            stream.Sending = stream.Sending[length..];
            stream.Window -= length;
            _window -= length;
        }
    }

    /// <summary>The server changed the initial window of all streams, open ones included (RFC 9113, 6.9.2).</summary>
    public void SetStreamWindow(int bytes)
    {
        foreach (Http2Stream stream in _streams)
            stream.Window += bytes - _streamWindow;
        _streamWindow = bytes;
    }

    /// <summary>The server took bytes: so many more may be sent.</summary>
    /// <param name="id">A stream, or 0 for the connection.</param>
    public void OpenWindow(int id, int bytes)
    {
        if (id == 0)
        {
            _window += bytes;
            foreach (Http2Stream waiting in _streams)
                Send(waiting);
        }
        else if (Find(id) is { } stream)
        {
            stream.Window += bytes;
            Send(stream);
        }
    }

    /// <summary>The connection is over, and with it every stream.</summary>
    public void End(string failure)
    {
        foreach (Http2Stream stream in _streams)
            stream.End(failure);
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
        output.Add(FrameType.Data, FrameFlags.EndStream, stream.Id, []);
        return false;
    }
}
