using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeRnn.Cli.Output;

namespace EdgeRnn.Cli;

/// <summary>Writes reports as one indented JSON document with names in snake_case.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Format = new(ReportJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the report to the file that the option names, or to standard output; does nothing without the option.</summary>
    /// <returns>True if the report went to standard output, which must then get nothing else.</returns>
    public static bool Write<TReport>(TReport report, ParseResult parsed, Option<string?> option, Terminal terminal)
    {
        if (parsed.GetResult(option) is null)
            return false;
        string json = JsonSerializer.Serialize(report, (JsonTypeInfo<TReport>)Format.GetTypeInfo(typeof(TReport)));
        if (parsed.GetValue(option) is { } path)
        {
            using var file = new StreamWriter(OutputFile.Create(path));
            file.WriteLine(json);
            return false;
        }

        terminal.Output.WriteLine(json);
        return true;
    }
}
