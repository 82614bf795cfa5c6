namespace EdgeRnn.Runtime.Models.Tensors.Torch;

/// <summary>Bytes that tensors of a torch file are views of.</summary>
/// <param name="Type">The element type, as safetensors names it.</param>
/// <param name="Bytes">All elements, little-endian.</param>
internal sealed record TorchStorage(string Type, ReadOnlyMemory<byte> Bytes)
{
    private const int MaxDimensions = 8;

    /// <summary>The element type of a storage class such as torch.FloatStorage; null for an unknown class.</summary>
    public static string? TypeOf(PickleGlobal storage) => storage.Module is not ("torch" or "torch.storage") ? null : storage.Name switch
    {
        "FloatStorage" => ElementTypes.Float32,
        "DoubleStorage" => ElementTypes.Float64,
        "HalfStorage" => "F16",
        "BFloat16Storage" => ElementTypes.BFloat16,
        "LongStorage" => "I64",
        "IntStorage" => "I32",
        "ShortStorage" => "I16",
        "CharStorage" => ElementTypes.Int8,
        "ByteStorage" => "U8",
        "BoolStorage" => "BOOL",
        _ => null,
    };

    /// <summary>The bytes of a view, row-major.</summary>
    /// <param name="name">The file and the tensor, in error messages.</param>
    /// <param name="offset">The first element.</param>
    /// <param name="shape">Elements per dimension.</param>
    /// <param name="strides">Elements between neighbors in each dimension.</param>
    /// <exception cref="ModelException">The view does not lie in the storage.</exception>
    public byte[] View(string name, long offset, long[] shape, long[] strides)
    {
        int size = ElementTypes.SizeOf(Type)!.Value;
        long held = Bytes.Length / size;
        long count = 1;
        Int128 last = offset;
        bool valid = offset >= 0 && shape.Length == strides.Length && shape.Length <= MaxDimensions;
        for (int i = 0; valid && i < shape.Length; i++)
        {
            valid = shape[i] >= 0 && strides[i] >= 0 && (shape[i] == 0 || count <= held / shape[i]);
            count *= valid ? shape[i] : 0;
            last += (Int128)Math.Max(0, shape[i] - 1) * strides[i];
        }

        // A view may not repeat elements: a small file would then become a large one.
        if (!valid || (count > 0 && last >= held))
            throw new ModelException($"{name}: expected a view of the {held} elements that the file holds for it, found one beyond them");

        byte[] view = new byte[count * size];
        if (count > 0)
            Copy(view, size, offset, shape, strides);
        return view;
    }

    private void Copy(Span<byte> view, int size, long offset, long[] shape, long[] strides)
    {
        Span<long> index = stackalloc long[shape.Length];
        ReadOnlySpan<byte> bytes = Bytes.Span;
        for (int to = 0; to < view.Length; to += size)
        {
            long from = offset;
            for (int i = 0; i < shape.Length; i++)
                from += index[i] * strides[i];
            bytes.Slice((int)(from * size), size).CopyTo(view[to..]);
            for (int i = shape.Length - 1; i >= 0 && ++index[i] == shape[i]; i--)
                index[i] = 0;
        }
    }
}
