using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Weights;

/// <summary>
/// The layout of weights in the rows of a panel, as a type: the JIT compiles the gate product once per format. A row is one register of
/// 32-bit words per gate in every format; the smaller the weights, the fewer the rows.
/// </summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Inputs whose weights share a row.</summary>
    static abstract int InputsPerRow { get; }

    /// <summary>32-bit words, 1 or 2, per row and frame of the packed inputs.</summary>
    static abstract int WordsPerRow { get; }

    /// <summary>Whether sums are integers, of products of 8-bit weights and 16-bit inputs; otherwise they are floats.</summary>
    static abstract bool IsInteger { get; }

    /// <summary>The number of registers available for a tile's sums.</summary>
    static abstract int MaxSums<TLanes>() where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Writes the weights of one gate of one unit to its lane. Weights beyond the last input stay zero.</summary>
    /// <param name="weights">[input]</param>
    /// <param name="lane">The unit's lane.</param>
    /// <param name="row">The gate's register in the first row, zeroed.</param>
    /// <param name="rowLength">Words from one row to the next.</param>
    /// <returns>The scale of the integers; 1 for floats.</returns>
    static abstract float Pack<TLanes>(ReadOnlySpan<float> weights, int lane, float* row, nint rowLength)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The initial values of sums.</summary>
    static abstract TLanes Start<TLanes>(float* start) where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The weights that are multiplied with the first word of the inputs.</summary>
    static abstract TLanes LoadFirst<TLanes>(float* words) where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The weights that are multiplied with the second word of the inputs; not called if there is none.</summary>
    static abstract TLanes LoadSecond<TLanes>(float* words) where TLanes : unmanaged, ILanes<TLanes>;
}
