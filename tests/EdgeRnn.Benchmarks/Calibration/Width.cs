using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Peers;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks.Calibration;

/// <summary>The computations of the benchmark itself, for one width of registers.</summary>
internal abstract unsafe class Width
{
    public static Width Of(KernelSet kernels) => kernels.Lanes switch
    {
        16 => new Width<Lanes512>(),
        8 => new Width<Lanes256>(),
        4 => new Width<Lanes128>(),
        _ => new Width<Lanes1>(),
    };

    /// <summary>Operations of one <see cref="RunPeak"/>, a multiply-add being two.</summary>
    public abstract double PeakOperations(WeightPrecision precision);

    /// <summary>Multiplies the way weights of a precision are multiplied, as fast as one core can.</summary>
    /// <param name="result">Receives one register.</param>
    public abstract void RunPeak(WeightPrecision precision, float* result);

    /// <param name="ahead">Floats to prefetch ahead; 0: no prefetch.</param>
    public abstract float Read(float* from, nint length, nint ahead);

    public abstract PeerRecurrence CreateRecurrence(SruPeerProblem problem);

    public abstract LayerParts CreateParts(LayerProblem problem, int frames);
}

internal sealed unsafe class Width<TLanes> : Width where TLanes : unmanaged, ILanes<TLanes>
{
    public override double PeakOperations(WeightPrecision precision) => precision == WeightPrecision.Int8
        ? MultiplyPeak.PairOperations<TLanes>()
        : MultiplyPeak.FloatOperations<TLanes>();

    public override void RunPeak(WeightPrecision precision, float* result)
    {
        if (precision == WeightPrecision.Int8)
            MultiplyPeak.RunPairs<TLanes>(result);
        else
            MultiplyPeak.RunFloats<TLanes>(result);
    }

    public override float Read(float* from, nint length, nint ahead) =>
        ahead == 0 ? ReadBandwidth.Read<TLanes>(from, length) : ReadBandwidth.ReadAhead<TLanes>(from, length, ahead);

    public override PeerRecurrence CreateRecurrence(SruPeerProblem problem) => new PeerRecurrence<TLanes>(problem);

    public override LayerParts CreateParts(LayerProblem problem, int frames) => new LayerParts<TLanes>(problem, frames);
}
