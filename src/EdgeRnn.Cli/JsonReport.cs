using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeRnn.Cli.Output;

namespace EdgeRnn.Cli;

/// <summary>Writes reports as one indented JSON document with names in snake_case.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // An error can be infinite.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the report to the file that the option names, or to standard output; does nothing without the option.</summary>
    /// <returns>True if the report went to standard output, which must then get nothing else.</returns>
    public static bool Write<TReport>(TReport report, ParseResult parsed, Option<string?> option, Terminal terminal)
    {
        if (parsed.GetResult(option) is null)
            return false;
        string json = JsonSerializer.Serialize(report, Format);
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
