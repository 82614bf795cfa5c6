using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// Consecutive frames of one session that are computed together, with room for their outputs. A session owns a fixed number of
/// blocks, which go round: filling, ready, in a weight pass, in the outlet, free. So a worker never waits for a client: a block that
/// could be filled has room for its result.
/// </summary>
public sealed class FrameBlock
{
    // Room for the most steps that were needed so far: a session that allows large blocks mostly has small ones.
    private float[] _frames = [];
    private float[] _outputs = [];
    private int _room;

    internal FrameBlock(StreamSession session) => Session = session;

    internal StreamSession Session { get; }

    /// <summary>The session's steps per block.</summary>
    internal int Capacity => Session.Options.BlockSteps;

    /// <summary>Frames in the block.</summary>
    public int Steps { get; private set; }

    /// <summary>Index of the first frame, counted from the start of the session.</summary>
    public long FirstIndex { get; private set; }

    /// <summary>What closed the block.</summary>
    public BlockReason Reason { get; internal set; }

    /// <summary>What the client sent with the message that carried the first frame.</summary>
    public long? ClientTimestamp { get; private set; }

    /// <summary>From the arrival of the oldest frame until the block was closed.</summary>
    public TimeSpan BlockWait { get; internal set; }

    /// <summary>From then until the weight pass began.</summary>
    public TimeSpan Queued { get; internal set; }

    /// <summary>Duration of the weight pass.</summary>
    public TimeSpan Computed { get; internal set; }

    /// <summary>Sessions with a block in the weight pass.</summary>
    public int PassSessions { get; internal set; }

    /// <summary>
    /// What was left of the session's latency budget for the oldest frame when the result was handed over; null without one.
    /// </summary>
    public TimeSpan? BudgetMargin { get; internal set; }

    /// <summary>Frames of the session that had been dropped when the result was handed over.</summary>
    public long FramesDropped { get; internal set; }

    /// <summary>From the arrival of the oldest frame until it was computed.</summary>
    public TimeSpan Latency => BlockWait + Queued + Computed;

    /// <summary>
    /// It missed its budget; without one: once closed it waited and was computed for longer than a frame may wait for its block.
    /// </summary>
    public bool IsSlow => BudgetMargin is { } margin ? margin < TimeSpan.Zero : Queued + Computed > Session.Options.MaxBlockDelay;

    /// <summary>The state is forgotten before the first frame.</summary>
    internal bool ResetsState { get; set; }

    internal long OldestArrival { get; private set; }

    internal long ClosedAt { get; set; }

    /// <summary>When the scheduler is to have it computed.</summary>
    internal BlockTimes Times { get; set; }

    /// <summary>Index of the first frame with an output; the others follow at steps of <see cref="SessionOptions.OutputEvery"/>.</summary>
    public long FirstOutputIndex =>
        (FirstIndex + Session.Options.OutputEvery - 1) / Session.Options.OutputEvery * Session.Options.OutputEvery;

    /// <summary>Frames of the block that have an output.</summary>
    public int OutputCount
    {
        get
        {
            long behind = FirstIndex + Steps - FirstOutputIndex;
            return behind <= 0 ? 0 : (int)((behind - 1) / Session.Options.OutputEvery) + 1;
        }
    }

    /// <summary>Bytes that <see cref="CopyOutputs"/> writes.</summary>
    public int OutputBytes => OutputCount * Session.Model.OutputSize * sizeof(float);

    /// <summary>Writes the outputs as binary32, little-endian, [<see cref="OutputCount"/>][output size].</summary>
    /// <param name="destination">At least <see cref="OutputBytes"/> long.</param>
    public void CopyOutputs(Span<byte> destination)
    {
        int size = Session.Model.OutputSize;
        int row = (int)(FirstOutputIndex - FirstIndex);
        for (int i = 0; i < OutputCount; i++, row += Session.Options.OutputEvery)
            WriteLittleEndian(_outputs.AsSpan(row * size, size), destination[(i * size * sizeof(float))..]);
    }

    /// <summary>Gives the block back to its session, once its outputs have been delivered.</summary>
    public void Release() => Session.OnDelivered(this);

    internal FrameSegment Segment => new(Session.State,
        _frames.AsMemory(0, Steps * Session.Model.InputSize), _outputs.AsMemory(0, Steps * Session.Model.OutputSize));

    internal void Begin(long firstIndex, long arrival, long? clientTimestamp, bool resetsState)
    {
        Steps = 0;
        FirstIndex = firstIndex;
        OldestArrival = arrival;
        ClientTimestamp = clientTimestamp;
        ResetsState = resetsState;
    }

    /// <summary>Takes as many of the frames as fit.</summary>
    /// <returns>Frames taken.</returns>
    internal int Append(ReadOnlySpan<byte> frames)
    {
        int size = Session.Model.InputSize;
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
        Array.Resize(ref _frames, _room * Session.Model.InputSize);
        _outputs = new float[_room * Session.Model.OutputSize];
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
