using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>A linear layer as torch.nn.Linear, without state: h = W x + b, or its sigmoid.</summary>
internal sealed class LinearCell : Cell
{
    private readonly ReadOnlyMemory<float> _weights, _bias;
    private readonly OutputActivation _activation;

    /// <param name="inputs">Values per frame, at least 1.</param>
    /// <param name="units">Outputs per frame, at least 1.</param>
    /// <param name="weights">[unit][input]</param>
    /// <param name="bias">[unit]; empty means zeros.</param>
    /// <param name="activation">Applied to the sums.</param>
    /// <exception cref="ArgumentException">A length does not match, or an option is unknown.</exception>
    public LinearCell(int inputs, int units, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> bias, OutputActivation activation)
        : base(inputs, units)
    {
        CheckLength(weights, checked(units * inputs), nameof(weights), $"{units} units x {inputs} inputs");
        if (!bias.IsEmpty)
            CheckLength(bias, units, nameof(bias), $"{units} units, or none");
        if (!Enum.IsDefined(activation))
            throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation.");
        _weights = weights;
        _bias = bias;
        _activation = activation;
    }

    internal override GateLayer Compile<TLanes>(PackingOptions options) => _activation switch
    {
        OutputActivation.None => Pack<TLanes, LinearKernel<IdentityActivation>>(_weights, _bias, [], options),
        _ => Pack<TLanes, LinearKernel<SigmoidActivation>>(_weights, _bias, [], options),
    };
}

/// <summary>The epilogue of <see cref="LinearCell"/>.</summary>
internal readonly unsafe struct LinearKernel<TActivation> : ICellKernel
    where TActivation : struct, IActivation
{
    public static int Gates => 1;
    public static bool HasState => false;
    public static bool ReadsSkip => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateGates<TLanes>(float* sums, float* constants, float* state, float* skip, nint skipPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<TLanes>(
        float* sums, float* constants, float* state, float* skip, nint skipPlane, float* output, nint outputPlane)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.CanonicalizeNaN(TActivation.Apply(TLanes.Load(sums))).Store(output);
}
