namespace EdgeRnn.Runtime.Models.Json;

/// <summary>
/// The rule for names of models and of files in a package: letters, digits, '-', '_' and '.', not beginning with '.'. A file name
/// therefore never leaves its folder, and a model name fits into a log line, a metric tag and a path.
/// </summary>
internal static class PackageNames
{
    public const string Rule = "1 to 100 of the characters A-Z a-z 0-9 - _ . and no '.' at the start";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= ManifestLimits.NameLength
        && name[0] != '.'
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Reads a name and checks it.</summary>
    public static string Name(this JsonSection section, string key, string? absent = null)
    {
        string name = section.Text(key, ManifestLimits.NameLength, absent);
        return IsValid(name) ? name : throw section.Error(key, Rule, $"\"{name}\"");
    }
}
