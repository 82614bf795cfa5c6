namespace EdgeRnn.Cli.Load.Http2;

/// <summary>The user of one stream: provides messages to send and receives the answers.</summary>
/// <remarks>The connection calls it under its lock or from its reader thread.</remarks>
internal abstract class StreamPeer
{
    /// <summary>Takes the next gRPC message to send, with its five bytes of prefix.</summary>
    /// <returns>False if there is none now.</returns>
    public abstract bool TryTakeNext(out ReadOnlyMemory<byte> message);

    /// <summary>Nothing more will be sent; asked if <see cref="TryTakeNext"/> had nothing.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>A gRPC message arrived; its prefix is left out.</summary>
    public abstract void OnMessage(ReadOnlySpan<byte> message);

    /// <summary>The stream is over; the last call.</summary>
    /// <param name="failure">Null if it ended with the status OK.</param>
    public abstract void OnEnd(string? failure);
}
