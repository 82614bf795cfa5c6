using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Cells;

/// <summary>What a <see cref="FullyRecurrentCell"/> does with its gate sums, as a type.</summary>
internal unsafe interface IFullyRecurrentKernel : IGateCount
{
    /// <summary>
    /// The number of gates, the first ones, whose products with the inputs and with the previous outputs are one sum. At most one gate
    /// remains; it has a separate sum for each.
    /// </summary>
    static abstract int JoinedGates { get; }

    /// <summary>Whether a unit carries a cell state in addition to its previous output.</summary>
    static abstract bool HasCellState { get; }

    /// <summary>Advances the units of one register by one frame.</summary>
    /// <param name="sums">
    /// [gate][lane]: of a joined gate the whole sum, of any other the product with the previous outputs; may be overwritten.
    /// </param>
    /// <param name="separate">[lane]: the remaining gate's product with the inputs; not readable if there is none.</param>
    /// <param name="previous">[lane]: the previous outputs.</param>
    /// <param name="cell">[lane], updated; not readable if there is no cell state.</param>
    /// <param name="output">[lane]. The only NaN that may be stored, here and in the state, is 7FC00000.</param>
    static abstract void Step<TLanes>(float* sums, float* separate, float* previous, float* cell, float* output)
        where TLanes : unmanaged, ILanes<TLanes>;
}
