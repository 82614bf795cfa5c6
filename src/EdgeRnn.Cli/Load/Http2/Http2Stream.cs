using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Grpc.Core;

namespace EdgeRnn.Cli.Load.Http2;

/// <summary>One stream of a connection: its windows, and the reassembly of messages that arrive in pieces.</summary>
internal sealed class Http2Stream(int id, StreamPeer peer, long window)
{
    /// <summary>Bytes before each gRPC message: a flag for compression and the message's length.</summary>
    public const int PrefixSize = 5;

    private readonly List<byte> _partial = [];
    private string? _failure = "the server ended the stream without a status";

    public int Id => id;

    /// <summary>Bytes that flow control lets this side send.</summary>
    public long Window { get; set; } = window;

    /// <summary>Bytes received since the last window update.</summary>
    public int Unacknowledged { get; set; }

    /// <summary>The rest of the message that is being sent.</summary>
    public ReadOnlyMemory<byte> Sending { get; set; }

    /// <summary>This side has sent its last frame.</summary>
    public bool IsHalfClosed { get; set; }

    public bool IsOver { get; private set; }

    public StreamPeer Peer => peer;

    /// <summary>Takes the payload of a data frame and hands over the messages that are complete.</summary>
    public void OnData(ReadOnlySpan<byte> data)
    {
        if (_partial.Count == 0)
            data = data[TakeMessages(data)..];
        if (data.IsEmpty)
            return;
        _partial.AddRange(data);
        int taken = TakeMessages(CollectionsMarshal.AsSpan(_partial));
        _partial.RemoveRange(0, taken);
    }

    /// <summary>Takes header fields: those before the first message, or the trailers, which carry the status.</summary>
    public void OnHeaders(ReadOnlySpan<byte> block)
    {
        Dictionary<string, string> fields = HeaderBlock.Read(block);
        if (!fields.TryGetValue("grpc-status", out string? text) || !int.TryParse(text, out int status))
            return;
        _failure = status == (int)StatusCode.OK
            ? null
            : $"{Uri.UnescapeDataString(fields.GetValueOrDefault("grpc-message", ""))} ({(StatusCode)status})";
    }

    /// <summary>The stream is over; only the first call counts.</summary>
    /// <param name="failure">The reason; null to report the stream's status.</param>
    public void End(string? failure = null)
    {
        if (IsOver)
            return;
        IsOver = true;
        peer.OnEnd(failure ?? _failure);
    }

    private int TakeMessages(ReadOnlySpan<byte> data)
    {
        int taken = 0;
        while (data.Length - taken >= PrefixSize)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(data[(taken + 1)..]);
            if (length > data.Length - taken - PrefixSize)
                break;
            peer.OnMessage(data.Slice(taken + PrefixSize, (int)length));
            taken += PrefixSize + (int)length;
        }

        return taken;
    }
}
