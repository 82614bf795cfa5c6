using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// A cell whose gates also multiply the previous outputs of all units. Only the product with the inputs can read its weights once for a
/// whole block; the product with the previous outputs reads the recurrent weights once per frame.
/// </summary>
internal abstract class FullyRecurrentCell : Cell
{
    private readonly ReadOnlyMemory<float> _weights, _recurrentWeights, _biases;

    private protected FullyRecurrentCell(
        int inputs, int units, int gates, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> recurrentWeights,
        ReadOnlyMemory<float> biases)
        : base(inputs, units)
    {
        CheckGates(gates, weights, biases);
        CheckLength(
            recurrentWeights, checked(gates * units * units), nameof(recurrentWeights), $"{gates} gates x {units} units x {units} units");
        _weights = weights;
        _recurrentWeights = recurrentWeights;
        _biases = biases;
    }

    /// <param name="separateBiases">
    /// [gate][unit] of the recurrent products that are not joined (<see cref="IFullyRecurrentKernel.JoinedGates"/>); empty means zeros.
    /// </param>
    private protected GateLayer Pack<TLanes, TKernel>(ReadOnlyMemory<float> separateBiases, PackingOptions options)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IFullyRecurrentKernel
    {
        if (options.Precision != WeightPrecision.Fp32)
            throw new NotSupportedException($"{GetType().Name}: expected weights of precision Fp32, found {options.Precision}.");
        int gates = TKernel.Gates;
        float[] biases = new float[gates * Units], recurrentBiases = new float[gates * Units];
        _biases.Span.CopyTo(biases);
        separateBiases.Span.CopyTo(recurrentBiases.AsSpan(TKernel.JoinedGates * Units));
        var weights = PackedWeights.Pack<TLanes, SingleWeights>(_weights.Span, biases, [], gates, Units, Inputs, options.Allocate);
        try
        {
            return new FullyRecurrentLayer<TLanes, TKernel>(
                weights,
                PackedWeights.Pack<TLanes, SingleWeights>(
                    _recurrentWeights.Span, recurrentBiases, [], gates, Units, Units, options.Allocate));
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }
}
