using EdgeRnn.Runtime.Models.Tensors;
using EdgeRnn.Runtime.Models.Tensors.Torch;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>Opens what a training script saved: safetensors, or a file of torch.save, which is read as safetensors.</summary>
internal static class StateDictFile
{
    /// <exception cref="ModelException">The file cannot be read, or holds something other than tensors.</exception>
    public static ByteSource Open(string path)
    {
        var source = ByteSource.OpenFile(path);
        try
        {
            if (!TorchFile.IsArchive(source))
                return source;
            ByteSource converted = TorchFile.ToSafetensors(source);
            source.Dispose();
            return converted;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The tensors of a file, with new names.</summary>
    public static ByteSource Renamed(SafetensorsFile file, Func<string, string> rename)
    {
        using var written = new MemoryStream();
        Write(file, file.Tensors, rename).WriteTo(written);
        return ByteSource.FromMemory(file.Name, written.ToArray());
    }

    /// <summary>A new file of some tensors.</summary>
    public static SafetensorsWriter Write(SafetensorsFile file, IEnumerable<TensorInfo> tensors, Func<string, string> rename)
    {
        var writer = new SafetensorsWriter();
        foreach (TensorInfo tensor in tensors)
        {
            if (ElementTypes.SizeOf(tensor.Type) is null)
                throw new ModelException($"{file.Name}: {tensor.Name}: expected a known element type, found {ForeignText.Show(tensor.Type)}");
            writer.Add(rename(tensor.Name), tensor.Type, [.. tensor.Shape], file.ReadBytes(tensor));
        }

        return writer;
    }
}
