using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>A diagonal cell whose gates mix an activated candidate into the state, which is also the output.</summary>
internal abstract class GatedCell : Cell
{
    private readonly ReadOnlyMemory<float> _weights, _biases;
    private readonly CandidateActivation _activation;

    private protected GatedCell(
        int inputs, int units, int gates, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> biases, CandidateActivation activation)
        : base(inputs, units)
    {
        CheckGates(gates, weights, biases);
        if (!Enum.IsDefined(activation))
            throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation.");
        _weights = weights;
        _biases = biases;
        _activation = activation;
    }

    internal override GateLayer Compile<TLanes>(PackingOptions options) => _activation switch
    {
        CandidateActivation.Identity => Compile<TLanes, IdentityActivation>(options),
        CandidateActivation.Tanh => Compile<TLanes, TanhActivation>(options),
        CandidateActivation.Elu => Compile<TLanes, EluActivation>(options),
        _ => Compile<TLanes, LogSpaceActivation>(options),
    };

    /// <summary>Packs the cell for its kernel with this activation.</summary>
    private protected abstract GateLayer Compile<TLanes, TActivation>(PackingOptions options)
        where TLanes : unmanaged, ILanes<TLanes>
        where TActivation : struct, IActivation;

    private protected GateLayer Pack<TLanes, TKernel>(PackingOptions options)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel => Pack<TLanes, TKernel>(_weights, _biases, [], options);
}

/// <summary>The part of a gated cell's epilogue that differs from cell to cell, as a type.</summary>
internal unsafe interface IGateMix : IGateCount
{
    /// <summary>The next state.</summary>
    /// <param name="gates">[gate][lane]: the sums of the gates; the candidate's is not among them.</param>
    static abstract TLanes Mix<TLanes>(TLanes state, TLanes candidate, float* gates) where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>The epilogue of every <see cref="GatedCell"/>. A unit's first sum is that of the candidate.</summary>
internal readonly unsafe struct GatedKernel<TMix, TActivation> : ICellKernel
    where TMix : struct, IGateMix
    where TActivation : struct, IActivation
{
    public static int Gates => TMix.Gates;
    public static bool HasState => true;
    public static bool ReadsSkip => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateGates<TLanes>(float* sums, float* constants, float* state, float* skip, nint skipPlane)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TActivation.Apply(TLanes.Load(sums)).Store(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<TLanes>(
        float* sums, float* constants, float* state, float* skip, nint skipPlane, float* output, nint outputPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes h = TMix.Mix(TLanes.Load(state), TLanes.Load(sums), sums + TLanes.Count);
        h = TLanes.CanonicalizeNaN(h);
        h.Store(state);
        h.Store(output);
    }
}
