using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Cells;

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

    /// <summary>
    /// The first half of a frame for one register's worth of units: replaces sums by their activations, as far as these depend on
    /// nothing but the state before the frame.
    /// </summary>
    /// <param name="sums">[gate][lane], biases included; updated.</param>
    /// <param name="constants">[constant][lane]: what the cell packed beside its weights.</param>
    /// <param name="state">[lane]; not to be touched without state.</param>
    static abstract void ActivateGates<TLanes>(float* sums, float* constants, float* state) where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The second half of a frame.</summary>
    /// <param name="sums">[gate][lane], as <see cref="ActivateGates"/> left them.</param>
    /// <param name="constants">[constant][lane]: what the cell packed beside its weights.</param>
    /// <param name="state">[lane], updated; not to be touched without state.</param>
    /// <param name="skip">[lane]: the skip term; not to be touched if not read.</param>
    /// <param name="output">[lane]. No NaN but 7FC00000 may be stored, here and in the state.</param>
    /// <param name="outputStride">Floats from one frame's outputs to the next frame's.</param>
    static abstract void Advance<TLanes>(float* sums, float* constants, float* state, float* skip, float* output, nint outputStride)
        where TLanes : unmanaged, ILanes<TLanes>;
}
