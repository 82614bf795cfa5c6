using System.IO.Compression;
using System.Text;

namespace EdgeRnn.Runtime.Models.Tensors.Torch;

/// <summary>
/// A file of torch.save since PyTorch 1.6: a zip archive, uncompressed, with a pickle data.pkl and the elements of each storage in data/N.
/// Only a dictionary of tensors is read from it; Python code is never run. Source: the layout that PyTorch documents in "Serialization
/// semantics", and its torch/serialization.py.
/// </summary>
internal static class TorchFile
{
    private const int MaxPickleBytes = 16 << 20;
    private const long MaxBytes = 1L << 30;
    private static readonly string[] StateDictKeys = ["state_dict", "model_state_dict", "model"];

    /// <summary>Whether the file begins like a zip archive, which no safetensors file does.</summary>
    public static bool IsArchive(ByteSource source)
    {
        Span<byte> start = stackalloc byte[4];
        if (source.Length < start.Length)
            return false;
        source.Read(0, start);
        return start.SequenceEqual("PK\u0003\u0004"u8);
    }

    /// <summary>The tensors of the file as a safetensors file in memory, under the file's own name.</summary>
    /// <exception cref="ModelException">The file is damaged, is larger than 1 GiB, or holds something other than a dictionary of tensors.</exception>
    public static ByteSource ToSafetensors(ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Length > MaxBytes)
            throw new ModelException($"{source.Name}: expected a torch file of at most {MaxBytes} bytes, found {source.Length}: save it as safetensors");
        try
        {
            using var archive = new ZipArchive(new MemoryStream(source.ReadAll((int)MaxBytes), writable: false), ZipArchiveMode.Read);
            using var written = new MemoryStream();
            Read(source.Name, archive).WriteTo(written);
            return ByteSource.FromMemory(source.Name, written.ToArray());
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw new ModelException($"{source.Name}: expected a complete zip archive of torch.save, found a damaged one: {e.Message}", e);
        }
    }

    private static SafetensorsWriter Read(string file, ZipArchive archive)
    {
        ZipArchiveEntry pickle = archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw new ModelException($"{file}: expected data.pkl in the zip archive, as torch.save writes it, found none");
        string folder = pickle.FullName[..^"data.pkl".Length];
        if (archive.GetEntry($"{folder}byteorder") is { } order && Encoding.ASCII.GetString(Bytes(file, order, 100)) is var word && word != "little")
            throw new ModelException($"{file}: byteorder: expected little, found {ForeignText.Show(word)}");
        object? root = new PickleReader(file, Bytes(file, pickle, MaxPickleBytes), IsAllowed).Read();

        var storages = new Dictionary<string, TorchStorage>(StringComparer.Ordinal);
        TorchStorage StorageOf(object? id)
        {
            if (id is not PicklePersistentId { Id: object?[] and ["storage", PickleGlobal type, string key, ..] }
                || TorchStorage.TypeOf(type) is not { } elementType)
            {
                throw new ModelException($"{file}: expected tensors of a known element type, found another storage");
            }

            if (!storages.TryGetValue(key, out TorchStorage? storage))
            {
                ZipArchiveEntry entry = archive.GetEntry($"{folder}data/{key}")
                    ?? throw new ModelException($"{file}: expected data/{ForeignText.Show(key)} in the archive, found none");
                storages.Add(key, storage = new TorchStorage(elementType, Bytes(file, entry, (int)MaxBytes)));
            }

            return storage.Type == elementType ? storage : storage with { Type = elementType };
        }

        var writer = new SafetensorsWriter();
        foreach ((object? key, object? value) in StateDictOf(file, root))
        {
            string name = key as string ?? throw new ModelException($"{file}: expected names of tensors as keys, found another key");
            if (TensorOf(value) is not { } tensor)
                throw new ModelException($"{file}: {ForeignText.Show(name)}: expected a tensor, found {Describe(value)}: save only model.state_dict()");
            TorchStorage storage = StorageOf(tensor.Storage);
            writer.Add(name, storage.Type, tensor.Shape, storage.View($"{file}: {ForeignText.Show(name)}", tensor.Offset, tensor.Shape, tensor.Strides));
        }

        return writer;
    }

    /// <summary>The root, or the one entry of a training checkpoint that holds the state dict.</summary>
    private static PickleDictionary StateDictOf(string file, object? root)
    {
        if (root is not PickleDictionary dictionary)
            throw new ModelException($"{file}: expected a state dict, found {Describe(root)}: save model.state_dict(), not the model");
        List<PickleDictionary> inner =
        [
            .. dictionary.Where(entry => entry.Key is string key && StateDictKeys.Contains(key)).Select(entry => entry.Value).OfType<PickleDictionary>(),
        ];
        return dictionary.Exists(entry => TensorOf(entry.Value) is not null) || inner.Count != 1 ? dictionary : inner[0];
    }

    /// <summary>The arguments of torch._utils._rebuild_tensor_v2: storage, offset, shape, strides, …; null for another value.</summary>
    private static (object? Storage, long Offset, long[] Shape, long[] Strides)? TensorOf(object? value) => value switch
    {
        PickleCall { Function.Name: "_rebuild_parameter", Arguments: [var data, ..] } => TensorOf(data),
        PickleCall { Function.Name: "_rebuild_tensor_v2", Arguments: [var storage, long offset, object?[] shape, object?[] strides, ..] }
            when Array.TrueForAll(shape, item => item is long) && Array.TrueForAll(strides, item => item is long)
            => (storage, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()]),
        _ => null,
    };

    private static bool IsAllowed(PickleGlobal global) => global is { Module: "collections", Name: "OrderedDict" }
        or { Module: "torch._utils", Name: "_rebuild_tensor_v2" or "_rebuild_parameter" }
        || TorchStorage.TypeOf(global) is not null;

    /// <summary>The content of an entry. It must be stored, as torch does, so that a small file cannot unfold into a large one.</summary>
    private static byte[] Bytes(string file, ZipArchiveEntry entry, int limit)
    {
        if (entry.Length != entry.CompressedLength || entry.Length > limit)
        {
            throw new ModelException(
                $"{file}: {ForeignText.Show(entry.FullName)}: expected at most {limit} uncompressed bytes, found {entry.Length} in {entry.CompressedLength}");
        }

        using Stream stream = entry.Open();
        byte[] bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string Describe(object? value) => value switch
    {
        null => "None",
        string => "a text",
        long or double or bool => "a number",
        PickleDictionary => "a dictionary",
        List<object?> or object?[] => "a list",
        PickleCall call => ForeignText.Show(call.Function.ToString()),
        _ => "another value",
    };
}
