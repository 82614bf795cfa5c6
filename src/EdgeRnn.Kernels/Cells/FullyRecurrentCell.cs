using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// A cell whose gates also multiply the last outputs of all its units. Only its product with the inputs can read the weights
/// once for a whole block; the product with the last outputs reads its own once per frame.
/// </summary>
public abstract class FullyRecurrentCell : Cell
{
    private readonly ReadOnlyMemory<float> _weights, _feedback, _biases;

    private protected FullyRecurrentCell(
        int inputs, int units, int gates, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> feedback, ReadOnlyMemory<float> biases)
        : base(inputs, units)
    {
        CheckGates(gates, weights, biases);
        CheckLength(feedback, checked(gates * units * units), nameof(feedback), $"{gates} gates x {units} units x {units} units");
        _weights = weights;
        _feedback = feedback;
        _biases = biases;
    }

    /// <param name="apartBiases">[gate][unit] of the gates whose products are kept apart; empty means zeros.</param>
    private protected GateLayer Pack<TLanes, TKernel>(ReadOnlyMemory<float> apartBiases, WeightStore store)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IFullyRecurrentKernel
    {
        if (store.Precision != WeightPrecision.Fp32)
            throw new NotSupportedException($"{GetType().Name}: expected weights of precision Fp32, found {store.Precision}.");
        int gates = TKernel.Gates;
        float[] biases = new float[gates * Units], feedbackBiases = new float[gates * Units];
        _biases.Span.CopyTo(biases);
        apartBiases.Span.CopyTo(feedbackBiases.AsSpan(TKernel.JoinedGates * Units));
        var weights = PackedWeights.Pack<TLanes, SingleWeights>(_weights.Span, biases, [], gates, Units, Inputs, store.Allocate);
        try
        {
            return new FullyRecurrentLayer<TLanes, TKernel>(
                weights,
                PackedWeights.Pack<TLanes, SingleWeights>(
                    _feedback.Span, feedbackBiases, [], gates, Units, Units, store.Allocate));
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }
}
