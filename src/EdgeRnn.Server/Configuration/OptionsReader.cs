using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using EdgeRnn.Runtime;

namespace EdgeRnn.Server.Configuration;

/// <summary>
/// Reads options from the configuration and collects every error: an unknown key, or a value that cannot be converted. The platform's
/// binder stops at the first error and ignores unknown keys.
/// </summary>
internal static class OptionsReader
{
    private const DynamicallyAccessedMemberTypes Properties = DynamicallyAccessedMemberTypes.PublicProperties;

    /// <summary>Sets the options that the section names; errors go to <see cref="EdgeRnnOptions.ReadErrors"/>.</summary>
    public static void Read(IConfiguration configuration, EdgeRnnOptions options) =>
        Bind(configuration.GetSection(EdgeRnnOptions.Section), options, options.GetType(), "", options.ReadErrors);

    /// <summary>The names of all options, with those of sections as <c>Runtime:MaxSessions</c>.</summary>
    public static IReadOnlyList<string> Names(EdgeRnnOptions options) => [.. Names(options.GetType(), "")];

    private static IEnumerable<string> Names([DynamicallyAccessedMembers(Properties)] Type type, string prefix) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property =>
            IsSection(property) ? Names(typeof(RuntimeOptions), $"{prefix}{property.Name}:")
            : property.CanWrite ? [prefix + property.Name]
            : []);

    /// <param name="prefix">Prefix of these options' names: "" or "Runtime:".</param>
    private static void Bind(
        IConfigurationSection section, object target, [DynamicallyAccessedMembers(Properties)] Type type, string prefix, List<string> errors)
    {
        PropertyInfo[] properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        PropertyInfo[] known = [.. properties.Where(property => property.CanWrite || IsSection(property))];
        foreach (IConfigurationSection child in section.GetChildren())
        {
            PropertyInfo? property = Array.Find(known, p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            string name = prefix + (property?.Name ?? ForeignText.Show(child.Key));
            if (property is null)
                errors.Add($"{name} is not an option{NearestName.Hint(child.Key, known.Select(p => p.Name))}; known here: {string.Join(", ", known.Select(p => prefix + p.Name))}");
            else if (IsSection(property))
                BindSection(child, property.GetValue(target)!, name, errors);
            else
                Set(property, target, child, name, errors);
        }
    }

    /// <summary>Whether a property holds further options; other read-only properties are computed and no options.</summary>
    private static bool IsSection(PropertyInfo property) => property.PropertyType == typeof(RuntimeOptions);

    private static void BindSection(IConfigurationSection section, object target, string name, List<string> errors)
    {
        if (!string.IsNullOrEmpty(section.Value))
            errors.Add($"{name} must be a section of options, found the value '{ForeignText.Show(section.Value)}'");
        Bind(section, target, typeof(RuntimeOptions), $"{name}:", errors);
    }

    private static void Set(PropertyInfo property, object target, IConfigurationSection given, string name, List<string> errors)
    {
        string text = given.Value ?? "";
        if (given.GetChildren().Any())
            errors.Add($"{name} must be a value, found a section with {string.Join(", ", given.GetChildren().Select(child => child.Key))}");
        else if (property.PropertyType == typeof(TimeSpan))
            SetDuration(property, target, text, name, errors);
        else
            SetConverted(property, target, text, name, errors);
    }

    // TimeSpan.Parse alone would read 10 as ten days and 00:10 as ten minutes.
    private static void SetDuration(PropertyInfo property, object target, string text, string name, List<string> errors)
    {
        if (text.Count(c => c == ':') == 2 && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan duration))
            property.SetValue(target, duration);
        else
            errors.Add($"{name} must be a duration in the form hh:mm:ss, such as 00:00:10 for ten seconds, found '{ForeignText.Show(text)}'");
    }

    private static void SetConverted(PropertyInfo property, object target, string text, string name, List<string> errors)
    {
        if (Convert(property.PropertyType, text) is { } value)
            property.SetValue(target, value);
        else
            errors.Add($"{name} must be {Describe(property.PropertyType)}, found '{ForeignText.Show(text)}'");
    }

    // TypeConverter would do, and take 1 MB of a small device's memory.
    private static object? Convert(Type type, string text)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : null;
        if (type == typeof(bool))
            return bool.TryParse(text, out bool truth) ? truth : null;
        return Enum.TryParse(type, text, ignoreCase: true, out object? named) ? named : null;
    }

    private static string Describe(Type type) => type == typeof(bool) ? "true or false"
        : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : "a whole number";
}
