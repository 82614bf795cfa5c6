using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Cells;

/// <summary>The number of sums per unit, 1 to 4, as a type: the JIT compiles the gate product once per number.</summary>
internal interface IGateCount
{
    static abstract int Gates { get; }
}

/// <summary>The epilogue of a gate product, as a type: the JIT compiles the product once per cell and options.</summary>
internal unsafe interface ICellKernel : IGateCount
{
    /// <summary>Whether units carry a state from frame to frame.</summary>
    static abstract bool HasState { get; }

    /// <summary>Whether the cell reads the rows of the skip term.</summary>
    static abstract bool ReadsSkip { get; }

    /// <summary>
    /// The first half of a frame for the units of one register: replaces sums by those activations that depend on no other activation.
    /// </summary>
    /// <param name="sums">[gate][lane], biases included; updated.</param>
    /// <param name="constants">[constant][lane]: further parameters that the cell packed.</param>
    /// <param name="state">[lane]; not readable if there is no state.</param>
    /// <param name="skip">[lane]: the skip term; not readable unless <see cref="ReadsSkip"/>.</param>
    /// <param name="skipPlane">If a frame's skip term is [gate][unit]: floats from one gate to the next.</param>
    static abstract void ActivateGates<TLanes>(float* sums, float* constants, float* state, float* skip, nint skipPlane)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The second half of a frame.</summary>
    /// <param name="sums">[gate][lane], as <see cref="ActivateGates"/> left them.</param>
    /// <param name="constants">[constant][lane]: further parameters that the cell packed.</param>
    /// <param name="state">[lane], updated; not readable if there is no state.</param>
    /// <param name="skip">[lane]: the skip term; not readable unless <see cref="ReadsSkip"/>.</param>
    /// <param name="skipPlane">If a frame's skip term is [gate][unit]: floats from one gate to the next.</param>
    /// <param name="output">[lane]. The only NaN that may be stored, here and in the state, is 7FC00000.</param>
    /// <param name="outputPlane">If a frame's outputs are [gate][unit]: floats from one gate to the next.</param>
    static abstract void Advance<TLanes>(
        float* sums, float* constants, float* state, float* skip, nint skipPlane, float* output, nint outputPlane)
        where TLanes : unmanaged, ILanes<TLanes>;
}
