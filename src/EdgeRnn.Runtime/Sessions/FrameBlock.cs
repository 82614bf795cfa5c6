using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// Consecutive frames of one session that are computed together, with room for their outputs. A session owns a fixed number of blocks
/// that go round: filling, ready, in a weight pass, in the outlet, free. So a worker never waits for a client: a block that could be
/// filled has room for its result.
/// </summary>
internal sealed class FrameBlock(StreamSession session) : PassBlock
{
    // Room for the most steps needed so far: a session that allows large blocks mostly has small ones.
    private float[] _frames = [];
    private float[] _outputs = [];
    private int _room;

    public StreamSession Session => session;

    /// <summary>The session's steps per block.</summary>
    public int Capacity => session.Options.BlockSteps;

    /// <summary>Index of the first frame, counted from the start of the session.</summary>
    public long FirstIndex { get; private set; }

    /// <summary>What closed the block.</summary>
    public BlockReason Reason { get; private set; }

    /// <summary>What the client sent with the message that carried the first frame.</summary>
    public long? ClientTimestamp { get; private set; }

    /// <summary>
    /// What was left of the session's latency budget for the oldest frame when the result was handed over; null without a budget.
    /// </summary>
    public TimeSpan? BudgetMargin { get; set; }

    /// <summary>Frames of the session that had been dropped when the result was handed over.</summary>
    public long FramesDropped { get; set; }

    /// <summary>
    /// Whether the block missed its budget. Without a budget: whether, once closed, it took longer than a frame may wait for its block.
    /// </summary>
    public bool IsSlow => BudgetMargin is { } margin ? margin < TimeSpan.Zero : QueueTime + ComputeTime > session.Options.MaxBlockDelay;

    public override FrameSegment Segment => new(session.State,
        _frames.AsMemory(0, Steps * session.Model.InputSize), _outputs.AsMemory(0, Steps * session.Model.OutputSize));

    protected override string ReasonTag => MetricTag<BlockReason>.Of(Reason);

    protected override Activity? Span => session.Span;

    /// <summary>Index of the first frame with an output; the others follow at steps of <see cref="SessionOptions.OutputEvery"/>.</summary>
    public long FirstOutputIndex =>
        (FirstIndex + session.Options.OutputEvery - 1) / session.Options.OutputEvery * session.Options.OutputEvery;

    /// <summary>Frames of the block that have an output.</summary>
    public int OutputCount
    {
        get
        {
            long behind = FirstIndex + Steps - FirstOutputIndex;
            return behind <= 0 ? 0 : (int)((behind - 1) / session.Options.OutputEvery) + 1;
        }
    }

    /// <summary>Bytes that <see cref="CopyOutputs"/> writes.</summary>
    public int OutputBytes => OutputCount * session.Model.OutputSize * sizeof(float);

    /// <summary>Writes the outputs as binary32, little-endian, [<see cref="OutputCount"/>][output size].</summary>
    /// <param name="destination">At least <see cref="OutputBytes"/> long.</param>
    public void CopyOutputs(Span<byte> destination)
    {
        int size = session.Model.OutputSize;
        int row = (int)(FirstOutputIndex - FirstIndex);
        for (int i = 0; i < OutputCount; i++, row += session.Options.OutputEvery)
            WriteLittleEndian(_outputs.AsSpan(row * size, size), destination[(i * size * sizeof(float))..]);
    }

    /// <summary>Gives the block back to its session after its outputs were delivered.</summary>
    public void Release() => session.OnDelivered(this);

    public override void Complete(bool succeeded) => session.OnComputed(this, succeeded);

    /// <summary>Makes the empty block ready for its first frame.</summary>
    public void Begin(long firstIndex, long arrival, long? clientTimestamp, bool resetsState)
    {
        Steps = 0;
        FirstIndex = firstIndex;
        OldestArrival = arrival;
        ClientTimestamp = clientTimestamp;
        ResetsState = resetsState;
    }

    /// <summary>No further frame is added.</summary>
    public void Close(BlockReason reason, long now, BlockTimes times)
    {
        Reason = reason;
        ClosedAt = now;
        Times = times;
    }

    /// <summary>Takes as many of the frames as fit.</summary>
    /// <returns>Frames taken.</returns>
    public int Append(ReadOnlySpan<byte> frames)
    {
        int size = session.Model.InputSize;
        int taken = Math.Min(Capacity - Steps, frames.Length / (size * sizeof(float)));
        if (Steps + taken > _room)
            Grow(Steps + taken);
        ReadLittleEndian(frames[..(taken * size * sizeof(float))], _frames.AsSpan(Steps * size));
        Steps += taken;
        return taken;
    }

    private void Grow(int steps)
    {
        _room = Math.Min(Capacity, (int)BitOperations.RoundUpToPowerOf2((uint)steps));
        Array.Resize(ref _frames, _room * session.Model.InputSize);
        _outputs = new float[_room * session.Model.OutputSize];
    }

    private static void ReadLittleEndian(ReadOnlySpan<byte> source, Span<float> destination)
    {
        source.CopyTo(MemoryMarshal.AsBytes(destination));
        if (!BitConverter.IsLittleEndian)
            ReverseEndianness(destination[..(source.Length / sizeof(float))]);
    }

    private static void WriteLittleEndian(ReadOnlySpan<float> source, Span<byte> destination)
    {
        MemoryMarshal.AsBytes(source).CopyTo(destination);
        if (!BitConverter.IsLittleEndian)
            ReverseEndianness(MemoryMarshal.Cast<byte, float>(destination[..(source.Length * sizeof(float))]));
    }

    private static void ReverseEndianness(Span<float> values)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }
}
