using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Cells;

/// <summary>What a dense cell does with its gate sums, as a type.</summary>
internal unsafe interface IFullyRecurrentKernel : IGateCount
{
    /// <summary>
    /// How many of a unit's first sums add the product with the last outputs to that with the inputs; the others keep them apart.
    /// </summary>
    static abstract int JoinedGates { get; }

    /// <summary>Whether a unit carries a float besides its last output.</summary>
    static abstract bool HasCellState { get; }

    /// <summary>Takes one register's worth of units through one frame.</summary>
    /// <param name="sums">
    /// [gate][lane]: products with the last outputs, joined to those with the inputs where they join; may be overwritten.
    /// </param>
    /// <param name="apart">The first gate's product with the inputs that is not joined; the others follow a plane apart.</param>
    /// <param name="last">[lane]: the last outputs.</param>
    /// <param name="cell">[lane], updated; not to be touched without cell state.</param>
    /// <param name="output">[lane]. No NaN but 7FC00000 may be stored, here and in the state.</param>
    static abstract void Step<TLanes>(float* sums, float* apart, float* last, float* cell, float* output)
        where TLanes : unmanaged, ILanes<TLanes>;
}
