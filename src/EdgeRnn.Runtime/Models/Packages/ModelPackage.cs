using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>The files of a package, wherever they are stored.</summary>
internal abstract class ModelPackage
{
    /// <exception cref="ModelException">There is no such file, or it cannot be read.</exception>
    public abstract ByteSource Open(string fileName);
}

/// <summary>A package in a folder.</summary>
internal sealed class FolderPackage(string directory) : ModelPackage
{
    public override ByteSource Open(string fileName) => ByteSource.OpenFile(Path.Combine(directory, fileName));
}

/// <summary>A package before it is written: its manifest, and how each of its tensor files is opened.</summary>
internal sealed class PlannedPackage(byte[] manifest, IReadOnlyDictionary<string, Func<ByteSource>> tensorFiles) : ModelPackage
{
    public override ByteSource Open(string fileName) => fileName == ModelManifest.FileName
        ? ByteSource.FromMemory(fileName, manifest)
        : tensorFiles[fileName]();
}

/// <summary>A package in the resources of this assembly.</summary>
internal sealed class EmbeddedPackage(string name) : ModelPackage
{
    /// <summary>The model that is served if there are no packages.</summary>
    public const string DefaultName = "machine-vibration";

    public override ByteSource Open(string fileName)
    {
        string resource = $"{name}/{fileName}";
        using Stream stream = typeof(EmbeddedPackage).Assembly.GetManifestResourceStream(resource)
            ?? throw new ModelException($"embedded {resource}: expected a resource of this name, found none");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return ByteSource.FromMemory($"embedded {resource}", bytes);
    }
}
