using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>The skip term of an SRU: x' in the equations of <see cref="SruCell"/>.</summary>
internal enum SkipTerm
{
    /// <summary>0. There are three gate matrices.</summary>
    None,

    /// <summary>The layer's input times a scale. There are three gate matrices, and as many skip values as units.</summary>
    Input,

    /// <summary>The product of a fourth gate matrix, not scaled.</summary>
    Gate,
}

/// <summary>
/// Simple recurrent unit (SRU; Lei et al. 2018, arXiv:1709.02755, equations 1 to 4) as in asappresearch/sru 2. With the gate sums u0,
/// u1, u2 and, for <see cref="SkipTerm.Gate"/>, u3 of a frame; u1 and u2 include the biases:
/// <code>
/// f  = sigmoid(wc_f c + u1)      both gates read the state c before its update
/// r  = sigmoid(wc_r c + u2)
/// c' = f (c - u0) + u0
/// x' = 0, x scale or u3
/// h  = r (g(c') - x') + x'
/// </code>
/// </summary>
internal sealed class SruCell : Cell
{
    private readonly ReadOnlyMemory<float> _weights, _biases, _weightC;
    private readonly SkipTerm _skipTerm;
    private readonly float _skipScale;
    private readonly Activation _activation;

    /// <param name="inputs">Values per frame that the gates multiply, at least 1.</param>
    /// <param name="units">Units, at least 1.</param>
    /// <param name="weights">[gate][unit][input]: u0, f, r, and the skip matrix for <see cref="SkipTerm.Gate"/>.</param>
    /// <param name="biases">[2][unit]: f, r.</param>
    /// <param name="weightC">[2][unit]: wc_f, wc_r, the weights of the state; empty means zeros.</param>
    /// <param name="skipTerm">x'.</param>
    /// <param name="skipScale">Factor of the input for <see cref="SkipTerm.Input"/>; other skip terms are not scaled.</param>
    /// <param name="activation">g.</param>
    /// <exception cref="ArgumentException">A length does not match, or an option is unknown.</exception>
    public SruCell(
        int inputs, int units, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> biases, ReadOnlyMemory<float> weightC,
        SkipTerm skipTerm, float skipScale, Activation activation) : base(inputs, units)
    {
        int gates = skipTerm == SkipTerm.Gate ? 4 : 3;
        CheckLength(weights, checked(gates * units * inputs), nameof(weights), $"{gates} gates x {units} units x {inputs} inputs");
        CheckLength(biases, checked(2 * units), nameof(biases), $"2 gates x {units} units");
        if (!weightC.IsEmpty)
            CheckLength(weightC, 2 * units, nameof(weightC), $"2 gates x {units} units, or none");
        if (!Enum.IsDefined(skipTerm))
            throw new ArgumentOutOfRangeException(nameof(skipTerm), skipTerm, "Unknown skip term.");
        if (!Enum.IsDefined(activation))
            throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation.");
        _weights = weights;
        _biases = biases;
        _weightC = weightC;
        _skipTerm = skipTerm;
        _skipScale = skipScale;
        _activation = activation;
    }

    internal override GateLayer Compile<TLanes>(PackingOptions options) => _skipTerm switch
    {
        SkipTerm.None => Compile<TLanes, NoSkip>(options),
        SkipTerm.Input => Compile<TLanes, InputSkip>(options),
        _ => Compile<TLanes, GateSkip>(options),
    };

    private GateLayer Compile<TLanes, TSkip>(PackingOptions options)
        where TLanes : unmanaged, ILanes<TLanes>
        where TSkip : struct, ISkipTerm => _activation switch
        {
            Activation.Identity => Pack<TLanes, SruKernel<TSkip, IdentityActivation>>(options),
            Activation.Tanh => Pack<TLanes, SruKernel<TSkip, TanhActivation>>(options),
            _ => Pack<TLanes, SruKernel<TSkip, ReluActivation>>(options),
        };

    private GateLayer Pack<TLanes, TKernel>(PackingOptions options)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        float[] biases = new float[TKernel.Gates * Units];
        _biases.Span.CopyTo(biases.AsSpan(Units));
        float[] constants = new float[SruConstants.Count * Units];
        _weightC.Span.CopyTo(constants);
        constants.AsSpan(SruConstants.SkipScale * Units).Fill(_skipScale);
        return Pack<TLanes, TKernel>(_weights, biases, constants, options);
    }
}
