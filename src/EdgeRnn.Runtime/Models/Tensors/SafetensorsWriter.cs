using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>Builds a safetensors file.</summary>
internal sealed class SafetensorsWriter
{
    private readonly List<(string Name, string Type, long[] Shape, ReadOnlyMemory<byte> Bytes)> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Adds an F32 tensor, row-major.</summary>
    /// <exception cref="ArgumentException">The values do not fill the shape, or the name is taken.</exception>
    public SafetensorsWriter Add(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[checked(values.Length * sizeof(float))];
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
        }
        else
        {
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return Add(name, ElementTypes.Float32, shape, bytes);
    }

    /// <summary>Adds a tensor of any known type from its little-endian bytes, row-major.</summary>
    /// <exception cref="ArgumentException">The bytes do not fill the shape, the type is unknown, or the name is taken.</exception>
    public SafetensorsWriter Add(string name, string type, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> bytes)
    {
        long expected = (long)(ElementTypes.SizeOf(type) ?? throw new ArgumentException($"unknown element type {type}", nameof(type)));
        foreach (long count in shape)
            expected = checked(expected * count);
        if (expected != bytes.Length)
            throw new ArgumentException($"{name}: expected {expected} bytes, found {bytes.Length}", nameof(bytes));
        if (!_names.Add(name))
            throw new ArgumentException($"{name}: expected a new name, found it taken", nameof(name));
        _tensors.Add((name, type, shape.ToArray(), bytes));
        return this;
    }

    /// <summary>Writes the file, replacing an existing one.</summary>
    public void Save(string path)
    {
        using FileStream stream = File.Create(path);
        WriteTo(stream);
    }

    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] header = Header();
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((string Name, string Type, long[] Shape, ReadOnlyMemory<byte> Bytes) tensor in _tensors)
            stream.Write(tensor.Bytes.Span);
    }

    private byte[] Header()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            long offset = 0;
            foreach ((string name, string type, long[] shape, ReadOnlyMemory<byte> bytes) in _tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WriteStartArray("shape");
                foreach (long count in shape)
                    json.WriteNumberValue(count);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }
        // Spaces up to a multiple of 8, so that the bytes of the tensors are aligned.
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }
}
