using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Grpc.Reflection;

/// <summary>What both versions of the protocol answer from; they differ in the message types alone.</summary>
internal sealed class ReflectionIndex(IEnumerable<string> services, SymbolRegistry registry)
{
    public const string FileNotFound = "File not found.";
    public const string SymbolNotFound = "Symbol not found.";
    public const string Unsupported = "Request type not supported by C# reflection service.";

    public ReflectionIndex(IReadOnlyCollection<ServiceDescriptor> services)
        : this(services.Select(s => s.FullName), SymbolRegistry.FromFiles(services.Select(s => s.File)))
    {
    }

    public IReadOnlyList<string> Services { get; } = [.. services];

    /// <returns>The file and everything it imports, or null if there is no such file.</returns>
    public IReadOnlyCollection<ByteString>? ByName(string name) => Closure(registry.FileByName(name));

    /// <returns>The declaring file and everything it imports, or null if no file declares the symbol.</returns>
    public IReadOnlyCollection<ByteString>? BySymbol(string symbol) => Closure(registry.FileContainingSymbol(symbol));

    private static List<ByteString>? Closure(FileDescriptor? file)
    {
        if (file is null)
            return null;
        var files = new HashSet<FileDescriptor>();
        Collect(file, files);
        return [.. files.Select(f => f.SerializedData)];
    }

    private static void Collect(FileDescriptor file, HashSet<FileDescriptor> files)
    {
        if (!files.Add(file))
            return;
        foreach (var dependency in file.Dependencies)
            Collect(dependency, files);
    }
}
