namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>Where a tensor lies in its file.</summary>
/// <param name="Name">Name, as the training framework gave it.</param>
/// <param name="Type">Element type in the words of the format: "F32", "I64", …</param>
/// <param name="Shape">Elements per dimension; empty for a single number.</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
/// <param name="Bytes">Length in bytes.</param>
internal sealed record TensorInfo(string Name, string Type, IReadOnlyList<long> Shape, long Offset, long Bytes)
{
    /// <summary>The shape as error messages write it.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
