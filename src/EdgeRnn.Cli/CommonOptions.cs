using System.CommandLine;
using System.Globalization;

namespace EdgeRnn.Cli;

/// <summary>Options that several commands share, with checks of their values.</summary>
internal static class CommonOptions
{
    /// <summary>The server's gRPC address.</summary>
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

    /// <summary>How long a server may take to answer.</summary>
    public static Option<double?> Timeout() =>
        Range("--timeout", "S", "How long the server may take to connect, to open and, after the input, to go on; default: 30", 0.1, 86_400);

    /// <summary>A request for a JSON report; see <see cref="JsonReport.Write"/>.</summary>
    public static Option<string?> Json() => new("--json")
    {
        Description = "Write a JSON report to FILE; without FILE to standard output, instead of the text",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Leave to replace the package in the output folder.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Replace a package that is in the output folder" };

    /// <summary>Frames per second, from one in two weeks to the limit of the contract.</summary>
    public static Option<double?> Rate(string description) => Range("--rate", "HZ", description, 1e-6, 1e6);

    /// <summary>A text; null if the option is not given.</summary>
    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    /// <summary>A required text.</summary>
    public static Option<string> RequiredText(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, Required = true };

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>; null if the option is not given.</summary>
    public static Option<int?> Number(string name, string helpName, string description, int min, int max) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value);
            if (isNumber && value >= min && value <= max)
                return value;
            result.AddError($"{name}: expected a whole number from {min} to {max}, found '{text}'");
            return null;
        },
    };

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>; null if the option is not given.</summary>
    public static Option<double?> Range(string name, string helpName, string description, double min, double max) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
            if (isNumber && value >= min && value <= max)
                return value;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: expected a number from {min} to {max}, found '{text}'"));
            return null;
        },
    };
}
