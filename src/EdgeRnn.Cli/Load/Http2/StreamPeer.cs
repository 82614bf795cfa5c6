namespace EdgeRnn.Cli.Load.Http2;

/// <summary>The user of one stream: gives what is to be sent, and takes what comes. Called under the connection's lock or by its reader.</summary>
internal abstract class StreamPeer
{
    /// <summary>Takes the next gRPC message to send, with its five bytes of prefix.</summary>
    /// <returns>False where there is none now.</returns>
    public abstract bool TryTakeNext(out ReadOnlyMemory<byte> message);

    /// <summary>Nothing more will be sent: asked where <see cref="TryTakeNext"/> had nothing.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>A gRPC message has come, without its prefix.</summary>
    public abstract void OnMessage(ReadOnlySpan<byte> message);

    /// <summary>The stream is over; last call.</summary>
    /// <param name="failure">Null where it ended with the status OK.</param>
    public abstract void OnEnd(string? failure);
}
