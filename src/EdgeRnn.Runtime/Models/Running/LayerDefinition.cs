using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Runtime.Models.Running;

/// <summary>
/// One layer, independent of the SIMD width: before-norm, projection, window, cell, after-norm, each but the cell optional. The cell's skip
/// term takes the layer's input as it came, neither normalized nor projected.
/// </summary>
internal sealed record LayerDefinition(
    Cell Cell, LinearCell? Projection = null, LayerNormParameters? Before = null, LayerNormParameters? After = null,
    InputWindow? Window = null)
{
    /// <summary>What is kept of the weights of cell and projection.</summary>
    public WeightPrecision Precision { get; init; }
}
