using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Runtime.Models.Running;

/// <summary>
/// One layer, independent of the SIMD width: before-norm, projection, window, cell, after-norm. All but the cell are optional. The cell's
/// skip term takes the layer's input as it is, neither normalized nor projected.
/// </summary>
internal sealed record LayerDefinition(
    Cell Cell, LinearCell? Projection = null, LayerNormParameters? Before = null, LayerNormParameters? After = null,
    InputWindow? Window = null)
{
    /// <summary>The format of the weights of cell and projection in memory.</summary>
    public WeightPrecision Precision { get; init; }
}
