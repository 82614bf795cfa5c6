namespace EdgeRnn.Kernels;

/// <summary>How many sums a unit has, 1 to 4, as a type: the JIT compiles the gate product once per number.</summary>
internal interface IGateCount
{
    static abstract int Gates { get; }
}

/// <summary>What a cell does with its gate sums, as a type, so that the JIT compiles the gate product once per cell and options.</summary>
internal unsafe interface ICellKernel : IGateCount
{
    /// <summary>Whether a unit carries one float from frame to frame.</summary>
    static abstract bool HasState { get; }

    /// <summary>Whether <see cref="Advance"/> reads the rows of the skip term.</summary>
    static abstract bool ReadsSkip { get; }

    /// <summary>Takes one register's worth of units through consecutive frames of one session.</summary>
    /// <param name="sums">[frame][gate][lane], biases included.</param>
    /// <param name="constants">[constant][lane]: what the cell packed beside its weights.</param>
    /// <param name="state">[lane], updated; null without state.</param>
    /// <param name="skip">The first frame's skip term; null if not read.</param>
    /// <param name="output">Where the first frame's outputs go. No NaN but 7FC00000 may be stored, here and in the state.</param>
    static abstract void Advance<TLanes>(
        float* sums, int frames, float* constants, float* state, float* skip, nint skipStride, float* output, nint outputStride)
        where TLanes : unmanaged, ILanes<TLanes>;
}
