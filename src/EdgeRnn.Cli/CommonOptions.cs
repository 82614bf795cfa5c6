using System.CommandLine;
using System.Globalization;

namespace EdgeRnn.Cli;

/// <summary>Options that several commands share, and what their values must be.</summary>
internal static class CommonOptions
{
    /// <summary>Where the server listens.</summary>
    public static Option<Uri> Address() => new("--address")
    {
        Description = "The server's gRPC address",
        HelpName = "URL",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:8001"),
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
                return address;
            result.AddError($"--address: expected a URL such as http://127.0.0.1:8001, found '{text}'");
            return null;
        },
    };

    /// <summary>A report for programs; see <see cref="JsonReport.Write"/>.</summary>
    public static Option<string?> Json() => new("--json")
    {
        Description = "Write a JSON report to FILE, or to standard output without FILE, and nothing else there",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Option<string?> Tensor() =>
        Text("--tensor", "NAME", "The tensor of a safetensors input; else 'input', or the only one there is");

    /// <summary>A text; null where the option is not given.</summary>
    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    /// <summary>A text that must be given.</summary>
    public static Option<string> RequiredText(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, Required = true };

    /// <summary>A whole number within bounds; null where the option is not given.</summary>
    public static Option<int?> Number(string name, string helpName, string description, int least, int most) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value);
            if (isNumber && value >= least && value <= most)
                return value;
            result.AddError($"{name}: expected a whole number from {least} to {most}, found '{text}'");
            return null;
        },
    };

    /// <summary>A positive number; null where the option is not given.</summary>
    public static Option<double?> Positive(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
            if (isNumber && value > 0 && double.IsFinite(value))
                return value;
            result.AddError($"{name}: expected a number above 0, found '{text}'");
            return null;
        },
    };
}
