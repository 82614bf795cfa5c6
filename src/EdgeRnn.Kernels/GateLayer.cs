using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// A cell compiled for one SIMD width. Its outputs and states are the same bits at every width, however frames are divided among
/// passes and whatever else is in a pass. Passes may run on several threads at once, if no two of them have the same session's state.
/// </summary>
internal abstract class GateLayer : IDisposable
{
    private readonly bool _readsSkip;
    private readonly int _scratchPerFrame;
    private int _references = 1; // the owner's, until Dispose, and one for each helper at work
    private bool _disposed;

    /// <param name="gates">Sums per unit.</param>
    /// <param name="workPerFrame">Words of weights that one lane multiplies with a frame's inputs.</param>
    /// <param name="scratchPerFrame">Floats per frame that a pass keeps in the scratch in addition to the packed inputs.</param>
    private protected GateLayer(
        int inputs, int units, int gates, long workPerFrame, int stateVectors, bool readsSkip, int scratchPerFrame, long weightBytes)
    {
        Inputs = inputs;
        Units = units;
        StateVectors = stateVectors;
        WeightBytes = weightBytes;
        Gates = gates;
        WorkPerFrame = workPerFrame;
        _readsSkip = readsSkip;
        _scratchPerFrame = scratchPerFrame;
    }

    /// <summary>Values per frame that the gates multiply.</summary>
    public int Inputs { get; }

    /// <summary>Outputs per frame.</summary>
    public int Units { get; }

    /// <summary>How many floats a unit carries from frame to frame: 0 if linear, 2 (h, c) for an LSTM, otherwise 1.</summary>
    public int StateVectors { get; }

    /// <summary>Floats of state per session: [vector][unit], each vector padded to <see cref="LanePadding.Pad"/>.</summary>
    public int StateSize => StateVectors * LanePadding.Pad(Units);

    /// <summary>
    /// Bytes of the packed weights, padding included. A pass reads them once, except the recurrent weights of an LSTM or GRU, which it
    /// reads once per step: as often as its longest segment has frames.
    /// </summary>
    public long WeightBytes { get; }

    /// <summary>Sums per unit.</summary>
    internal int Gates { get; }

    /// <summary>Words of weights that one lane multiplies with a frame's inputs.</summary>
    internal long WorkPerFrame { get; }

    /// <summary>Floats that the gate product writes per unit and frame: the output, or the gate sums of an LSTM or GRU.</summary>
    internal int Planes => _scratchPerFrame == 0 ? 1 : Gates;

    /// <summary>
    /// Number of chunks, the smallest parts in which threads share the panels: those of <see cref="LanePadding.Units"/> units each, at
    /// every width.
    /// </summary>
    internal int Chunks => LanePadding.Pad(Units) / LanePadding.Units;

    /// <summary>Floats of scratch that a pass of <paramref name="frames"/> frames needs.</summary>
    /// <exception cref="OverflowException">The number exceeds an <see cref="int"/>.</exception>
    public int ScratchLength(int frames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        return checked(LanePadding.Pad(PackedLength(frames)) + frames * _scratchPerFrame);
    }

    /// <summary>Floats of scratch for the packed inputs.</summary>
    private protected abstract int PackedLength(int frames);

    /// <summary>Advances the frames of one or more sessions through the layer in one reading of its weights. Allocates nothing.</summary>
    /// <param name="inputs">The frames that the gates multiply: <see cref="Inputs"/> values each.</param>
    /// <param name="skip">For <see cref="SkipTerm.Input"/>: <see cref="Units"/> values per frame; often the inputs.</param>
    /// <param name="outputs">Receives <see cref="Units"/> values per frame; another buffer than <paramref name="inputs"/>.</param>
    /// <param name="segments">The sessions that the frames belong to, in the order of the rows.</param>
    /// <param name="stateOffset">Where this layer's state begins in each session's: a multiple of <see cref="LanePadding.Units"/>.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> floats, overwritten; a buffer of its own.</param>
    /// <param name="share">
    /// Lets other threads help; null if none may. It was created for this layer. Inputs, skip and scratch stay allocated as long as it
    /// does, and no two segments have the same state.
    /// </param>
    /// <exception cref="ArgumentException">A buffer is too small, misplaced or used twice.</exception>
    /// <exception cref="ObjectDisposedException">The layer or a buffer was disposed.</exception>
    public void Run(
        FrameRows inputs, FrameRows skip, FrameRows outputs, ReadOnlySpan<Segment> segments, int stateOffset, AlignedBuffer scratch,
        PanelShare? share = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int frames = Segment.Check(segments, stateOffset, StateSize);
        if (frames == 0)
            return;
        inputs.Check(frames, Inputs, nameof(inputs));
        if (_readsSkip)
            skip.Check(frames, Units, nameof(skip));
        outputs.Check(frames, Units, nameof(outputs));
        ArgumentNullException.ThrowIfNull(scratch);
        if (scratch.Length < ScratchLength(frames))
        {
            throw new ArgumentException(
                $"scratch: {frames} frames need {ScratchLength(frames)} floats, found {scratch.Length}.", nameof(scratch));
        }

        if (outputs.Buffer == inputs.Buffer || outputs.Buffer == scratch || inputs.Buffer == scratch)
            throw new ArgumentException("Inputs, outputs and scratch must be three buffers.", nameof(outputs));
        if (_readsSkip && (skip.Buffer == outputs.Buffer || skip.Buffer == scratch))
            throw new ArgumentException("The skip term must lie in another buffer than outputs and scratch.", nameof(skip));
        if (share is not null && share.IsWorthwhile(this, frames) && !share.Fits(this, frames))
            throw new ArgumentException($"The share was not made for this layer and {frames} frames.", nameof(share));
        Run(inputs, skip, outputs, frames, segments, stateOffset, scratch, share);
    }

    /// <summary>Frees the weights; no pass may be running. If a late helper is still at work, it frees them when it ends.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        GC.SuppressFinalize(this);
        Release();
    }

    /// <summary>Keeps the weights until <see cref="Release"/>, for a helper whose pass may end in the meantime.</summary>
    /// <returns>False if they are freed.</returns>
    internal bool TryAddReference()
    {
        while (true)
        {
            int references = Volatile.Read(ref _references);
            if (references == 0)
                return false;
            if (Interlocked.CompareExchange(ref _references, references + 1, references) == references)
                return true;
        }
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            Free();
    }

    /// <summary>Computes the chunks [first, end) of an offered pass into a helper's slot.</summary>
    internal abstract void RunChunks(int first, int end, PanelOffer offer, PanelSlot slot);

    private protected abstract void Free();

    /// <summary>Runs a pass whose arguments were checked.</summary>
    private protected abstract void Run(
        FrameRows inputs, FrameRows skip, FrameRows outputs, int frames, ReadOnlySpan<Segment> segments, int stateOffset,
        AlignedBuffer scratch, PanelShare? share);
}

/// <summary>A layer for one width, one cell and one precision.</summary>
internal sealed unsafe class GateLayer<TLanes, TKernel, TFormat>(PackedWeights weights)
    : GateLayer(
        weights.Inputs, weights.Units, TKernel.Gates, weights.WorkPerFrame, TKernel.HasState ? 1 : 0, TKernel.ReadsSkip, scratchPerFrame: 0,
        weights.Bytes)
    where TLanes : unmanaged, ILanes<TLanes>
    where TKernel : struct, ICellKernel
    where TFormat : struct, IWeightFormat
{
    private protected override int PackedLength(int frames) => InputPacking.Length<TFormat>(frames, Inputs);

    private protected override void Run(
        FrameRows inputs, FrameRows skip, FrameRows outputs, int frames, ReadOnlySpan<Segment> segments, int stateOffset,
        AlignedBuffer scratch, PanelShare? share)
    {
        var pass = new Pass
        {
            Frames = frames,
            Inputs = InputPacking.Pack<TLanes, TKernel, TFormat>(
                inputs.Buffer.Pointer, inputs.Stride, frames, Inputs, scratch.Pointer),
            FrameScales = TFormat.IsInteger ? scratch.Pointer + InputPacking.ScalesOffset<TFormat>(frames, Inputs) : null,
            Skip = TKernel.ReadsSkip ? skip.Buffer.Pointer : null,
            SkipStride = skip.Stride,
            Outputs = outputs.Buffer.Pointer,
            OutputStride = outputs.Stride,
            Segments = segments,
            StateOffset = stateOffset,
        };
        SharedGemm.Run<TLanes, TKernel, TFormat>(this, weights, in pass, share);
    }

    internal override void RunChunks(int first, int end, PanelOffer offer, PanelSlot slot) =>
        SharedGemm.Fill<TLanes, TKernel, TFormat>(weights, first, end, offer, slot);

    private protected override void Free() => weights.Dispose();
}
