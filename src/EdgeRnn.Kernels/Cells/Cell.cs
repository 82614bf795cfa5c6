using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// The definition of a cell: weights and options, independent of the SIMD width.
/// <see cref="KernelSet.Compile(Cell, WeightPrecision)"/> makes a layer of it. In a diagonal cell the recurrence is elementwise: a unit
/// depends on no other unit's state. In a <see cref="FullyRecurrentCell"/>, LSTM or GRU, it depends on all previous outputs.
/// </summary>
internal abstract class Cell
{
    private protected Cell(int inputs, int units)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        Inputs = inputs;
        Units = units;
    }

    /// <summary>Values per frame that the gates multiply.</summary>
    public int Inputs { get; }

    /// <summary>Outputs per frame.</summary>
    public int Units { get; }

    /// <summary>Packs the weights for a width and chooses the kernel for the cell's options.</summary>
    internal abstract GateLayer Compile<TLanes>(PackingOptions options) where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Packs a diagonal cell's weights for its kernel.</summary>
    /// <param name="weights">[gate][unit][input]</param>
    /// <param name="biases">[gate][unit], or empty for zeros.</param>
    /// <param name="constants">[constant][unit]: further parameters of the kernel.</param>
    private protected GateLayer Pack<TLanes, TKernel>(
        ReadOnlyMemory<float> weights, ReadOnlyMemory<float> biases, ReadOnlySpan<float> constants, PackingOptions options)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        return options.Precision switch
        {
            WeightPrecision.Fp32 => Pack<TLanes, TKernel, SingleWeights>(weights.Span, biases.Span, constants, options),
            WeightPrecision.Bf16 => Pack<TLanes, TKernel, BFloat16Weights>(weights.Span, biases.Span, constants, options),
            _ => Pack<TLanes, TKernel, Int8Weights>(weights.Span, biases.Span, constants, options),
        };
    }

    private GateLayer<TLanes, TKernel, TFormat> Pack<TLanes, TKernel, TFormat>(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, ReadOnlySpan<float> constants, PackingOptions options)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        ReadOnlySpan<float> start = biases.IsEmpty ? new float[TKernel.Gates * Units] : biases;
        return new(PackedWeights.Pack<TLanes, TFormat>(weights, start, constants, TKernel.Gates, Units, Inputs, options.Allocate));
    }

    /// <summary>Checks the lengths of a gate product's weights and biases.</summary>
    private protected void CheckGates(int gates, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> biases)
    {
        CheckLength(weights, checked(gates * Units * Inputs), nameof(weights), $"{gates} gates x {Units} units x {Inputs} inputs");
        if (!biases.IsEmpty)
            CheckLength(biases, gates * Units, nameof(biases), $"{gates} gates x {Units} units, or none");
    }

    private protected static void CheckLength(ReadOnlyMemory<float> values, int expected, string name, string shape)
    {
        if (values.Length != expected)
            throw new ArgumentException($"{name}: expected {expected} values ({shape}), found {values.Length}.", name);
    }
}
