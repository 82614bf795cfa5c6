using System.ComponentModel;
using System.Reflection;

namespace EdgeRnn.Server;

/// <summary>
/// Reads options from the configuration and gathers every error, where the platform's binder stops at the first: an unknown key, a
/// value that cannot be converted, a rule of the options themselves.
/// </summary>
internal static class ServerOptionsReader
{
    /// <param name="configure">Has the last word before the options are checked.</param>
    public static ServerOptions Read(IConfiguration configuration, Action<ServerOptions>? configure, List<string> errors)
    {
        var options = new ServerOptions();
        Bind(configuration.GetSection(ServerOptions.Section), options, errors);
        configure?.Invoke(options);
        errors.AddRange(options.Validate());
        return options;
    }

    private static void Bind(IConfigurationSection section, object target, List<string> errors)
    {
        PropertyInfo[] properties = target.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (IConfigurationSection child in section.GetChildren())
        {
            var property = Array.Find(properties, p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                errors.Add($"{child.Path} is not an option; known here: {string.Join(", ", properties.Select(p => p.Name))}");
            else if (!property.CanWrite)
                Bind(child, property.GetValue(target)!, errors);
            else
                Set(property, target, child, errors);
        }
    }

    private static void Set(PropertyInfo property, object target, IConfigurationSection value, List<string> errors)
    {
        try
        {
            property.SetValue(target, TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(value.Value ?? ""));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            errors.Add($"{value.Path} must be {Form(property.PropertyType)}, found '{value.Value}'");
        }
    }

    private static string Form(Type type) => type == typeof(TimeSpan) ? "a duration such as 00:00:10" : "a whole number";
}
