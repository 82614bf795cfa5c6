using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Options = EdgeRnn.Server.EdgeRnnServerOptions;

namespace EdgeRnn.Server.Tests.Documents;

/// <summary>docs/configuration.md has every option, with the default and the range that the code has, and no other.</summary>
public sealed partial class ConfigurationTests
{
    private static readonly Document Page = Document.Open("docs/configuration.md");

    /// <summary>Name, default, range and meaning.</summary>
    private static readonly string[][] Rows = [.. Page.Table("option", "default", "range")];

    [Fact]
    public void OptionTable_EveryOption_IsListed() =>
        Assert.Equal(Known().Select(option => option.Name).Order(), Rows.Select(row => Document.Unquote(row[0])).Order());

    [Fact]
    public void OptionTable_Defaults_AreTheOptionsOwn() => Assert.All(Rows, row =>
    {
        Setting option = Find(row);
        string text = Document.Unquote(row[1]);
        Assert.Equal(option.Value, text == "none" ? null : Converted(option, text));
    });

    [Fact]
    public void OptionTable_Ranges_AreWhatValidationAllows()
    {
        int tested = 0;
        foreach (string[] row in Rows.Where(row => row[2].Contains(" to ", StringComparison.Ordinal)))
        {
            string[] bounds = row[2].Split(" to ");
            string name = Document.Unquote(row[0]);
            object least = Converted(Find(row), bounds[0])!, most = Converted(Find(row), bounds[1])!;
            Assert.DoesNotContain(ErrorsWith(name, least), error => error.StartsWith($"{name} ", StringComparison.Ordinal));
            Assert.DoesNotContain(ErrorsWith(name, most), error => error.StartsWith($"{name} ", StringComparison.Ordinal));
            Assert.True(ErrorsWith(name, Moved(least, -1)).Count > 0, $"{name}: expected a smallest value of {least}");
            Assert.True(ErrorsWith(name, Moved(most, 1)).Count > 0, $"{name}: expected a largest value of {most}");
            tested++;
        }

        Assert.True(tested > 10, $"expected most options to have a range, found {tested}");
    }

    [Fact]
    public void Example_EveryKey_IsAnOptionWithAValueOfItsType()
    {
        using var example = JsonDocument.Parse(string.Join('\n', Page.Code("json")));
        Check(example.RootElement.GetProperty(Options.Section), "");
        Assert.All(example.RootElement.GetProperty("Logging").GetProperty("LogLevel").EnumerateObject(),
            level => Assert.True(Enum.TryParse(level.Value.GetString(), out LogLevel _), $"{level.Name}: no log level {level.Value}"));

        static void Check(JsonElement section, string prefix)
        {
            foreach (JsonProperty property in section.EnumerateObject())
            {
                if (property.Value.ValueKind == JsonValueKind.Object)
                    Check(property.Value, $"{prefix}{property.Name}:");
                else
                    Assert.NotNull(Converted(Find(prefix + property.Name), property.Value.ToString()));
            }
        }
    }

    [Fact]
    public void EnvironmentVariables_OfOptions_NameOptionsThatExist()
    {
        string[] named = [.. Document.All.SelectMany(document => OptionVariable().Matches(string.Join('\n', document.Lines)))
            .Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal))];

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(Known(), option => option.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
    }

    private static Setting Find(string[] row) => Find(Document.Unquote(row[0]));

    private static Setting Find(string name) => Find(name, new Options());

    private static Setting Find(string name, Options options) =>
        Settings(options, "").FirstOrDefault(option => option.Name == name) ?? throw new InvalidOperationException($"{name} is no option");

    private static IEnumerable<Setting> Known() => Settings(new Options(), "");

    /// <summary>The properties that can be set; a property with a type of our own that is no enumeration is a section.</summary>
    private static IEnumerable<Setting> Settings(object options, string prefix)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            Type type = property.PropertyType;
            bool isSection = type.IsClass && type.Namespace!.StartsWith(nameof(EdgeRnn), StringComparison.Ordinal);
            if (isSection)
            {
                foreach (Setting inner in Settings(property.GetValue(options)!, $"{prefix}{property.Name}:"))
                    yield return inner;
            }
            else if (property.CanWrite)
            {
                yield return new Setting(prefix + property.Name, property, options);
            }
        }
    }

    private static IReadOnlyList<string> ErrorsWith(string name, object value)
    {
        var options = new Options();
        Setting option = Find(name, options);
        option.Property.SetValue(option.Owner, value);
        return options.Validate();
    }

    private static object? Converted(Setting option, string text) =>
        TypeDescriptor.GetConverter(option.Property.PropertyType).ConvertFromInvariantString(text);

    private static object Moved(object bound, int by) => bound is TimeSpan duration ? duration + TimeSpan.FromTicks(by) : (int)bound + by;

    [GeneratedRegex("EDGERNN__([A-Z_]*[A-Z])")]
    private static partial Regex OptionVariable();

    private sealed record Setting(string Name, PropertyInfo Property, object Owner)
    {
        public object? Value => Property.GetValue(Owner);
    }
}
