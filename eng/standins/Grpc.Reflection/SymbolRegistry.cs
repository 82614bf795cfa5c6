using Google.Protobuf.Reflection;

namespace Grpc.Reflection;

/// <summary>Finds the file that has a name or declares a symbol, among the given files and everything they import.</summary>
public class SymbolRegistry
{
    private readonly Dictionary<string, FileDescriptor> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _bySymbol = new(StringComparer.Ordinal);

    private SymbolRegistry() { }

    public static SymbolRegistry FromFiles(IEnumerable<FileDescriptor> fileDescriptors)
    {
        ArgumentNullException.ThrowIfNull(fileDescriptors);
        var registry = new SymbolRegistry();
        foreach (var file in fileDescriptors)
            registry.Add(file);
        return registry;
    }

    /// <returns>null if there is no such file.</returns>
    public FileDescriptor FileByName(string filename) => _byName.GetValueOrDefault(filename)!;

    /// <summary><paramref name="symbol"/>: full name of a service, method, message or enumeration.</summary>
    /// <returns>null if no file declares the symbol.</returns>
    public FileDescriptor FileContainingSymbol(string symbol) => _bySymbol.GetValueOrDefault(symbol)!;

    private void Add(FileDescriptor file)
    {
        if (!_byName.TryAdd(file.Name, file))
            return;
        foreach (var dependency in file.Dependencies)
            Add(dependency);
        foreach (var enumeration in file.EnumTypes)
            Add(enumeration);
        foreach (var message in file.MessageTypes)
            Add(message);
        foreach (var service in file.Services)
        {
            Add((IDescriptor)service);
            foreach (var method in service.Methods)
                Add(method);
        }
    }

    private void Add(MessageDescriptor message)
    {
        Add((IDescriptor)message);
        foreach (var enumeration in message.EnumTypes)
            Add(enumeration);
        foreach (var nested in message.NestedTypes)
            Add(nested);
    }

    private void Add(IDescriptor symbol) => _bySymbol[symbol.FullName] = symbol.File;
}
