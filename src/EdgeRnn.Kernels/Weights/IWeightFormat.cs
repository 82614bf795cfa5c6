using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Weights;

/// <summary>
/// How weights lie in the rows of a panel, as a type: the JIT compiles the gate product once per format. A row is one register of
/// 32-bit words per gate, whatever the format; a finer one has fewer rows.
/// </summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Inputs whose weights share a row.</summary>
    static abstract int InputsPerRow { get; }

    /// <summary>32-bit words, 1 or 2, that a frame's inputs of one row take when they are packed.</summary>
    static abstract int WordsPerRow { get; }

    /// <summary>Whether sums are integers, of products of 8-bit weights with pairs of 16-bit inputs; else they are floats.</summary>
    static abstract bool IsInteger { get; }

    /// <summary>How many registers a tile's sums may take.</summary>
    static abstract int MaxSums<TLanes>() where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Writes the weights of one unit's gate into its lane; rows beyond the last input stay zero.</summary>
    /// <param name="weights">[input]</param>
    /// <param name="lane">Which lane.</param>
    /// <param name="row">The gate's register in the first row, zeroed.</param>
    /// <param name="rowLength">Words from one row to the next.</param>
    /// <returns>What a unit of the integers stands for; 1 for floats.</returns>
    static abstract float Pack<TLanes>(ReadOnlySpan<float> weights, int lane, float* row, nint rowLength)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>What a sum begins with.</summary>
    static abstract TLanes Start<TLanes>(float* start) where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The weights that the first word of the inputs multiplies.</summary>
    static abstract TLanes LoadFirst<TLanes>(float* words) where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Those that the second word multiplies; not called where there is none.</summary>
    static abstract TLanes LoadSecond<TLanes>(float* words) where TLanes : unmanaged, ILanes<TLanes>;
}
