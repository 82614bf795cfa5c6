using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>The tensor files of a package, each opened once, and the fingerprint of manifest and tensors.</summary>
internal sealed class PackageTensors(ModelPackage package) : IDisposable
{
    private readonly SortedDictionary<string, SafetensorsFile> _files = new(StringComparer.Ordinal);

    /// <exception cref="ModelException">The file cannot be read or breaks a rule of its format.</exception>
    public SafetensorsFile Open(string fileName)
    {
        if (!_files.TryGetValue(fileName, out SafetensorsFile? file))
            _files.Add(fileName, file = SafetensorsFile.Open(package.Open(fileName)));
        return file;
    }

    /// <summary>The files opened so far, by name in the package.</summary>
    public IReadOnlyDictionary<string, SafetensorsFile> Files => _files;

    /// <summary>
    /// SHA-256 in lower-case hexadecimal over the manifest's bytes and every tensor of the opened files: name, element type, shape and
    /// bytes. Files and tensors are sorted by name, so the order inside a file does not matter.
    /// </summary>
    public string Fingerprint(byte[] manifest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, manifest);
        foreach ((string fileName, SafetensorsFile file) in _files)
        {
            Append(hash, Encoding.UTF8.GetBytes(fileName));
            foreach (TensorInfo tensor in file.Tensors)
            {
                Append(hash, Encoding.UTF8.GetBytes($"{tensor.Name} {tensor.Type} {tensor.ShapeText}"));
                file.AppendTo(hash, tensor);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files.Values)
            file.Dispose();
    }

    /// <summary>Appends the length first, so that different sequences of parts never give the same bytes.</summary>
    private static void Append(IncrementalHash hash, byte[] part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
