using System.Buffers.Binary;
using EdgeRnn.Runtime.Models.Json;

namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>
/// The index at the start of a safetensors file: an unsigned 64-bit little-endian length, JSON of that many bytes, and then the bytes of
/// the tensors without gaps or overlaps.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>Bytes of JSON. Real headers take about 100 bytes per tensor.</summary>
    public const int MaxLength = 16 << 20;

    private const string Metadata = "__metadata__";
    private const int PrefixLength = 8;
    private const int MaxDimensions = 8;
    private const int MaxNameLength = 1024;

    /// <exception cref="ModelException">The header breaks a rule of the format.</exception>
    public static Dictionary<string, TensorInfo> Read(ByteSource source)
    {
        if (source.Length < PrefixLength)
            throw new ModelException($"{source.Name}: expected at least {PrefixLength} bytes, found {source.Length}");
        Span<byte> prefix = stackalloc byte[PrefixLength];
        source.Read(0, prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        long limit = Math.Min(MaxLength, source.Length - PrefixLength);
        if (length > (ulong)limit)
            throw BadLength(source, length, limit);

        byte[] json = new byte[length];
        source.Read(PrefixLength, json);
        long dataStart = PrefixLength + (long)length;
        return JsonSection.Parse(source.Name, json, root =>
        {
            List<TensorInfo> tensors = ReadTensors(source, root, dataStart);
            CheckCoverage(source, tensors, dataStart);
            var byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
            foreach ((string alias, string stored) in ReadAliases(root, tensors))
                byName.Add(alias, byName[stored] with { Name = alias });
            return byName;
        });
    }

    private static ModelException BadLength(ByteSource source, ulong length, long limit)
    {
        if (FileKind.Recognize(source) is { } kind)
            return new ModelException($"{source.Name}: expected a safetensors file, found {kind}");
        return length > MaxLength
            ? new ModelException($"{source.Name}: header length: expected at most {limit} bytes, found {length}: this is no safetensors file")
            : Truncated(source, PrefixLength + (long)length);
    }

    private static ModelException Truncated(ByteSource source, long expected) => new(
        $"{source.Name}: expected at least {expected} bytes, found {source.Length}: the file was cut off, {expected - source.Length} bytes are missing");

    private static List<TensorInfo> ReadTensors(ByteSource source, JsonSection root, long dataStart)
    {
        List<TensorInfo> tensors = [];
        foreach ((string name, JsonSection section) in root.Sections())
        {
            if (name != Metadata)
                tensors.Add(ReadTensor(root, section, name, dataStart));
        }

        long end = tensors.Count == 0 ? dataStart : tensors.Max(tensor => tensor.Offset + tensor.Bytes);
        return end <= source.Length ? tensors : throw Truncated(source, end);
    }

    /// <summary>Names that stand for another tensor, because safetensors stores shared weights once: alias, stored name.</summary>
    private static List<(string Alias, string Stored)> ReadAliases(JsonSection root, List<TensorInfo> tensors)
    {
        if (root.OptionalSection(Metadata) is not { } metadata)
            return [];
        var names = tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        return [.. metadata.TextValues().Where(pair => !names.Contains(pair.Key) && names.Contains(pair.Text))];
    }

    private static TensorInfo ReadTensor(JsonSection root, JsonSection section, string name, long dataStart)
    {
        if (name.Length > MaxNameLength)
            throw root.Error(name, $"a tensor name of at most {MaxNameLength} characters", $"{name.Length}");
        string type = section.Text("dtype", 16);
        IReadOnlyList<long> shape = section.Lengths("shape", MaxDimensions);
        IReadOnlyList<long> offsets = section.Lengths("data_offsets", 2);
        if (!section.Has("shape") || offsets.Count != 2)
            throw root.Error(name, "dtype, shape and two data_offsets", $"{shape.Count} dimensions and {offsets.Count} data_offsets");
        section.End();

        (long begin, long end) = (offsets[0], offsets[1]);
        if (begin > end || end > long.MaxValue - dataStart)
            throw section.Error("data_offsets", "begin <= end, below 2^63", $"{begin} and {end}");
        if (ElementTypes.SizeOf(type) is { } size && ByteCount(shape, size) is var expected && expected != end - begin)
            throw section.Error("data_offsets", $"{Describe(expected)} for {type} [{string.Join(", ", shape)}]", $"{end - begin} bytes");
        return new TensorInfo(name, type, shape, dataStart + begin, end - begin);
    }

    /// <summary>Null if the product overflows.</summary>
    private static long? ByteCount(IReadOnlyList<long> shape, int elementSize)
    {
        // Checked first: with a zero, no other dimension can make the product overflow.
        if (shape.Contains(0))
            return 0;
        var bytes = (UInt128)elementSize;
        foreach (long count in shape)
        {
            bytes *= (UInt128)count;
            if (bytes > long.MaxValue)
                return null;
        }

        return (long)bytes;
    }

    private static string Describe(long? bytes) => bytes is { } count ? $"{count} bytes" : $"a size below {long.MaxValue} bytes";

    /// <summary>The tensors must cover the data exactly. An overlap or a gap is the sign of a damaged or forged file.</summary>
    private static void CheckCoverage(ByteSource source, List<TensorInfo> tensors, long dataStart)
    {
        long next = dataStart;
        foreach (TensorInfo tensor in tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Bytes))
        {
            if (tensor.Offset != next)
            {
                string fault = tensor.Offset < next ? "an overlap with another tensor" : "a hole before it";
                throw new ModelException(
                    $"{source.Name}: {tensor.Name}: expected data at byte {next - dataStart}, found {tensor.Offset - dataStart}: {fault}");
            }

            next += tensor.Bytes;
        }

        if (next != source.Length)
            throw new ModelException($"{source.Name}: expected {next} bytes in all, found {source.Length}");
    }
}
