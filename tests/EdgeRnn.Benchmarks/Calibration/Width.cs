using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Peers;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Calibration;

/// <summary>What the benchmark itself computes with registers of a width.</summary>
internal abstract unsafe class Width
{
    public abstract double FmaOperations { get; }

    public static Width Of(KernelSet kernels) => kernels.Lanes switch
    {
        16 => new Width<Lanes512>(),
        8 => new Width<Lanes256>(),
        4 => new Width<Lanes128>(),
        _ => new Width<Lanes1>(),
    };

    public abstract void RunFma(float* result);

    /// <param name="ahead">Floats to prefetch ahead; 0 does not.</param>
    public abstract float Read(float* from, nint length, nint ahead);

    public abstract PeerRecurrence CreateRecurrence(SruProblem problem);

    public abstract LayerParts CreateParts(SruProblem problem, int frames);
}

internal sealed unsafe class Width<TLanes> : Width where TLanes : unmanaged, ILanes<TLanes>
{
    public override double FmaOperations => FmaPeak.Operations<TLanes>();

    public override void RunFma(float* result) => FmaPeak.Run<TLanes>(result);

    public override float Read(float* from, nint length, nint ahead)
        => ahead == 0 ? ReadBandwidth.Read<TLanes>(from, length) : ReadBandwidth.ReadAhead<TLanes>(from, length, ahead);

    public override PeerRecurrence CreateRecurrence(SruProblem problem) => new PeerRecurrence<TLanes>(problem);

    public override LayerParts CreateParts(SruProblem problem, int frames) => new LayerParts<TLanes>(problem, frames);
}
