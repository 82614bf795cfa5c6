namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// The epilogue of a <see cref="FullyRecurrentCell"/>'s product with the previous outputs, as a type. Its skip term is the product with
/// the inputs: [gate][unit], biases included. Its state is [vector][unit], the previous outputs first. Skip term and state have one
/// stride from a gate or vector to the next.
/// </summary>
internal interface IFullyRecurrentKernel : ICellKernel
{
    /// <summary>The number of floats that a unit carries: its previous output, and a cell state if there is one.</summary>
    static abstract int StateVectors { get; }
}
