namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>A tensor's entry in the index of its file.</summary>
/// <param name="Name">The name that the training framework gave it.</param>
/// <param name="Type">Element type as safetensors names it: "F32", "I64", …</param>
/// <param name="Shape">Elements per dimension; empty for a single number.</param>
/// <param name="Offset">Position of the first byte in the file.</param>
/// <param name="Bytes">Length in bytes.</param>
internal sealed record TensorInfo(string Name, string Type, IReadOnlyList<long> Shape, long Offset, long Bytes)
{
    /// <summary>The shape as error messages write it.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
