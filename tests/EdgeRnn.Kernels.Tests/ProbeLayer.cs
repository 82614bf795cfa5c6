using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests;

/// <summary>A scalar SRU layer with a callback between a helper's computation and its handover.</summary>
internal sealed unsafe class ProbeLayer(int inputs, int units) : GateLayer(inputs, units, 3, 3 * units * inputs, 1, false, 0, 0)
{
    private readonly PackedWeights _weights = PackedWeights.Pack<Lanes1, SingleWeights>(
        new Random(2).Normals(3 * units * inputs), new Random(3).Normals(3 * units), new Random(4).Normals(3 * units),
        gates: 3, units, inputs, length => new AlignedBuffer(length));

    public Action OnComputed { get; set; } = () => { };

    /// <summary>The chunks that the owner computes, claimed or not, before it copies the results of helpers.</summary>
    public Func<int, bool>? IsLate { get; set; }

    public bool IsFreed => _weights.Data == null;

    internal override void RunChunks(int first, int end, PanelOffer offer, PanelSlot slot)
    {
        SharedGemm.Fill<Lanes1, SruKernel<NoSkip, TanhActivation>, SingleWeights>(_weights, first, end, offer, slot);
        OnComputed();
    }

    private protected override void Run(
        FrameRows inputs, FrameRows skip, FrameRows outputs, int frames, ReadOnlySpan<Segment> segments, int stateOffset,
        AlignedBuffer scratch, PanelShare? share)
    {
        var pass = new Pass
        {
            Frames = frames,
            Inputs = InputPacking.Pack<Lanes1, SruKernel<NoSkip, TanhActivation>, SingleWeights>(
                inputs.Buffer.Pointer, inputs.Stride, frames, Inputs, scratch.Pointer),
            FrameScales = null,
            Skip = null,
            SkipStride = 0,
            Outputs = outputs.Buffer.Pointer,
            OutputStride = outputs.Stride,
            Segments = segments,
            StateOffset = stateOffset,
        };
        if (share is not null && IsLate is not null)
            RunPartly(in pass, share);
        else
            SharedGemm.Run<Lanes1, SruKernel<NoSkip, TanhActivation>, SingleWeights>(this, _weights, in pass, share);
    }

    private void RunPartly(in Pass pass, PanelShare share)
    {
        share.Open(this, in pass, hasState: true);
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            if (IsLate!(chunk))
                Compute(chunk, in pass, share);
        }

        SharedGemm.Collect<Lanes1, SruKernel<NoSkip, TanhActivation>>(this, _weights, in pass, share);
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            if (!share.IsFinished(chunk))
                Compute(chunk, in pass, share);
        }

        Assert.Equal(0, share.Unfinished);
        share.Close();
    }

    private void Compute(int chunk, in Pass pass, PanelShare share)
    {
        int panel = chunk * LanePadding.Units, end = Math.Min(panel + LanePadding.Units, _weights.Panels);
        GateGemm.Run<Lanes1, SruKernel<NoSkip, TanhActivation>, SingleWeights>(_weights, panel, end, in pass);
        Assert.True(share.TryFinish(chunk));
    }

    private protected override int PackedLength(int frames) => InputPacking.Length<SingleWeights>(frames, Inputs);

    private protected override void Free() => _weights.Dispose();
}
