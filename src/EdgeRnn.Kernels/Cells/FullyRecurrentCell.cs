using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// A cell whose gates also multiply the previous outputs of all units. Only the product with the inputs can read its weights once for a
/// whole block; the product with the previous outputs reads the recurrent weights once per step of all sessions.
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

    /// <param name="recurrentBiases">[gate][unit], of the products with the previous outputs; what is missing is zero.</param>
    private protected GateLayer Pack<TLanes, TKernel>(float[] recurrentBiases, PackingOptions options)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IFullyRecurrentKernel => options.Precision switch
        {
            WeightPrecision.Fp32 => Pack<TLanes, TKernel, SingleWeights>(recurrentBiases, options),
            WeightPrecision.Bf16 => Pack<TLanes, TKernel, BFloat16Weights>(recurrentBiases, options),
            _ => Pack<TLanes, TKernel, Int8Weights>(recurrentBiases, options),
        };

    private FullyRecurrentLayer<TLanes, TKernel, TFormat> Pack<TLanes, TKernel, TFormat>(float[] recurrentBiases, PackingOptions options)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IFullyRecurrentKernel
        where TFormat : struct, IWeightFormat
    {
        int gates = TKernel.Gates;
        float[] biases = _biases.IsEmpty ? new float[gates * Units] : _biases.ToArray();
        Array.Resize(ref recurrentBiases, gates * Units);
        var weights = PackedWeights.Pack<TLanes, TFormat>(_weights.Span, biases, [], gates, Units, Inputs, options.Allocate);
        try
        {
            return new FullyRecurrentLayer<TLanes, TKernel, TFormat>(
                weights,
                PackedWeights.Pack<TLanes, TFormat>(
                    _recurrentWeights.Span, recurrentBiases, [], gates, Units, Units, options.Allocate));
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }
}
