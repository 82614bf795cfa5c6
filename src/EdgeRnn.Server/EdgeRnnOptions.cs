using System.Diagnostics.CodeAnalysis;
using EdgeRnn.Runtime;

namespace EdgeRnn.Server;

/// <summary>
/// Options of EdgeRnn in an ASP.NET Core app. They come from section "EdgeRnn" of the app's configuration, for example
/// <c>EDGERNN__MODELS=…</c> and <c>EDGERNN__RUNTIME__MAXSESSIONS=…</c> in the environment; a delegate in code overrides the section.
/// </summary>
// OptionsReader sets the properties by name.
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
public class EdgeRnnOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "EdgeRnn";

    /// <summary>Path of a model package or of a folder of packages. If it is not set, the embedded model is served.</summary>
    public string? Models { get; set; }

    /// <summary>
    /// Whether the embedded model, a demonstration, stands in if the folder <see cref="Models"/> is absent or empty. Otherwise the start fails.
    /// </summary>
    public bool EmbeddedIfEmpty { get; set; }

    /// <summary>Maximum size of a request message in bytes, 1 KiB to 64 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 1 << 20;

    /// <summary>Limits and defaults of sessions, and the worker threads.</summary>
    public RuntimeOptions Runtime { get; } = new();

    /// <summary>What could not be read from the configuration: one sentence per error.</summary>
    internal List<string> ReadErrors { get; } = [];

    /// <summary>
    /// Checks the options. Returns one sentence per error, naming option, expected and found, including what could not be read from the
    /// configuration; empty if there is none.
    /// </summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [.. ReadErrors];
        AddErrors(errors);
        return errors;
    }

    private protected virtual void AddErrors(List<string> errors)
    {
        CheckRange(errors, nameof(MaxMessageBytes), MaxMessageBytes, 1 << 10, 1 << 26);
        errors.AddRange(Runtime.Validate().Select(error => $"{nameof(Runtime)}:{error}"));
    }

    private protected static void CheckRange<T>(List<string> errors, string option, T value, T min, T max)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
            errors.Add($"{option} must be from {min} to {max}, found {value}");
    }
}
