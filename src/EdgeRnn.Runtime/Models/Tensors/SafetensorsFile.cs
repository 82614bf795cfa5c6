using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>
/// A safetensors file. Opening it reads the index; tensors are read one by one, in bounded pieces. F32, F16, BF16 and F64 can be read as
/// float32, and I8 as integers. Tensors of other types are indexed but cannot be read.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    private const int PieceBytes = 64 << 10;
    private readonly ByteSource _source;
    private readonly Dictionary<string, TensorInfo> _tensors;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private SafetensorsFile(ByteSource source, Dictionary<string, TensorInfo> tensors)
    {
        _source = source;
        _tensors = tensors;
        Tensors = [.. tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
    }

    /// <summary>The file's name in error messages.</summary>
    public string Name => _source.Name;

    /// <summary>Sorted by name, ordinal.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <exception cref="ModelException">The file cannot be read or breaks a rule of the format.</exception>
    public static SafetensorsFile Open(string path) => Open(ByteSource.OpenFile(path));

    /// <summary>Takes ownership of <paramref name="source"/>, also when it throws.</summary>
    /// <exception cref="ModelException">The source cannot be read or breaks a rule of the format.</exception>
    public static SafetensorsFile Open(ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            return new SafetensorsFile(source, SafetensorsHeader.Read(source));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The tensors whose elements nobody has asked for, by name.</summary>
    public IEnumerable<TensorInfo> Unread => Tensors.Where(tensor => !_read.Contains(tensor.Name));

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <exception cref="ModelException">There is no such tensor.</exception>
    public TensorInfo this[string name] => _tensors.TryGetValue(name, out TensorInfo? tensor)
        ? tensor
        : throw new ModelException($"{Name}: expected a tensor {name}, found {TensorNames.Listing(Tensors)}");

    /// <summary>The elements of a tensor, row-major, as float32. F64 is rounded to nearest, and a warning is logged.</summary>
    /// <exception cref="ModelException">There is no such tensor, or its type cannot be read.</exception>
    public float[] ReadSingles(string name, ILogger? logger = null)
    {
        TensorInfo tensor = this[name];
        if (!ElementTypes.IsReadable(tensor.Type))
            throw new ModelException($"{Name}: {name}: expected element type F32, F16, BF16 or F64, found {tensor.Type}");
        int size = ElementTypes.SizeOf(tensor.Type)!.Value;
        long count = tensor.Bytes / size;
        if (count > Array.MaxLength)
            throw new ModelException($"{Name}: {name}: expected at most {Array.MaxLength} elements, found {count}");
        if (tensor.Type == ElementTypes.Float64 && logger is not null)
            ModelLog.Narrowed(logger, Name, name);

        CheckMemory(name, count * sizeof(float));
        _read.Add(name);
        float[] values = new float[count];
        int filled = 0;
        ReadPieces(tensor, piece =>
        {
            int elements = piece.Length / size;
            ElementTypes.ToSingle(tensor.Type, piece, values.AsSpan(filled, elements));
            filled += elements;
        });
        return values;
    }

    /// <summary>The elements of an I8 tensor, row-major.</summary>
    /// <exception cref="ModelException">There is no such tensor, or it has another type.</exception>
    public sbyte[] ReadIntegers(string name)
    {
        TensorInfo tensor = this[name];
        if (tensor.Type != ElementTypes.Int8)
            throw new ModelException($"{Name}: {name}: expected element type I8, found {tensor.Type}");
        _read.Add(name);
        return (sbyte[])(Array)ReadBytes(tensor);
    }

    /// <summary>The bytes of a tensor as stored.</summary>
    /// <exception cref="ModelException">There are more than an array can hold.</exception>
    internal byte[] ReadBytes(TensorInfo tensor)
    {
        if (tensor.Bytes > Array.MaxLength)
            throw new ModelException($"{Name}: {tensor.Name}: expected at most {Array.MaxLength} bytes, found {tensor.Bytes}");
        CheckMemory(tensor.Name, tensor.Bytes);
        byte[] bytes = new byte[tensor.Bytes];
        _source.Read(tensor.Offset, bytes);
        return bytes;
    }

    /// <summary>Appends the bytes of a tensor as stored to a hash.</summary>
    internal void AppendTo(IncrementalHash hash, TensorInfo tensor) => ReadPieces(tensor, piece => hash.AppendData(piece));

    public void Dispose() => _source.Dispose();

    /// <summary>Checked before anything is allocated: a sparse file can claim more than the machine has.</summary>
    private void CheckMemory(string name, long bytes)
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        long free = memory.TotalAvailableMemoryBytes - GC.GetTotalMemory(forceFullCollection: false);
        if (bytes > free)
            throw new ModelException($"{Name}: {name}: expected at most {free} bytes, the memory that this process may still use, found {bytes}");
    }

    private void ReadPieces(TensorInfo tensor, Action<ReadOnlySpan<byte>> use)
    {
        // Pieces are a multiple of 8 bytes long, so none splits an element.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (long done = 0; done < tensor.Bytes;)
            {
                Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(PieceBytes, tensor.Bytes - done));
                _source.Read(tensor.Offset + done, piece);
                use(piece);
                done += piece.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
