using System.Text.Json;
using EdgeRnn.Runtime;
using Microsoft.Extensions.Configuration.Json;

namespace EdgeRnn.Server.Configuration;

/// <summary>
/// The settings of a machine on which a package manager owns the program's folder: a second appsettings.json, in <c>/etc</c>. It
/// overrides the one beside the program; environment and command line override it.
/// </summary>
internal static class MachineSettings
{
    public const string Path = "/etc/edgernn/appsettings.json";

    /// <summary>Reads the file into a configuration, if it exists.</summary>
    /// <exception cref="ServerStartException">It cannot be read.</exception>
    public static void AddTo(IConfigurationBuilder configuration, string path = Path)
    {
        if (!File.Exists(path))
            return;
        IList<IConfigurationSource> sources = configuration.Sources;
        int afterFiles = sources.Select((source, index) => source is JsonConfigurationSource ? index + 1 : 0).DefaultIfEmpty().Max();
        var file = new JsonConfigurationSource { Path = path };
        file.ResolveFileProvider();
        try
        {
            sources.Insert(afterFiles, file);
        }
        catch (Exception e) when (IsOfTheFile(e))
        {
            throw Refusal(path, e);
        }
    }

    /// <summary>Whether a file of settings is what an exception is about: it cannot be read, or is not JSON.</summary>
    public static bool IsOfTheFile(Exception e) => e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException;

    /// <summary>The refusal to start with such a file: its name, the line if it is known, and what was expected there.</summary>
    public static ServerStartException Refusal(string path, Exception e)
    {
        Exception cause = e.GetBaseException();
        string where = cause is JsonException { LineNumber: { } line } ? $"{path}, line {line + 1}" : path;
        string what = cause.Message.Split(" LineNumber:", 2)[0];
        return ServerStartException.ForOptions([$"{where}: {ForeignText.Escape(what)}"]);
    }
}
