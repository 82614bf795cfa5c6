using System.CommandLine;

namespace EdgeRnn.Benchmarks;

/// <summary>Makes options with checked values.</summary>
internal static class OptionParsers
{
    /// <summary>Whole numbers from 1 to <paramref name="max"/>, separated by commas.</summary>
    public static Option<int[]> Numbers(string name, string description, int max, int[] byDefault) => new(name)
    {
        Description = description,
        HelpName = "N,N,…",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            var numbers = new List<int>();
            foreach (string text in result.Tokens[0].Value.Split(','))
            {
                if (int.TryParse(text, out int number) && number >= 1 && number <= max)
                    numbers.Add(number);
                else
                    result.AddError($"{name}: expected whole numbers from 1 to {max}, found '{text}'");
            }

            return [.. numbers.Distinct()];
        },
    };

    /// <summary>Some of the <paramref name="available"/> words, separated by commas.</summary>
    public static Option<string[]> Words(
        string name, string description, string[] available, string[] byDefault, bool single = false) => new(name)
        {
            Description = $"{description}: {string.Join(", ", available)}",
            HelpName = single ? "NAME" : "NAME,…",
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                string[] words = [.. result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Distinct()];
                foreach (string word in words.Where(word => !available.Contains(word)))
                    result.AddError($"{name}: '{word}' is not available here; available: {string.Join(", ", available)}");
                if (words.Length == 0 || (single && words.Length > 1))
                    result.AddError($"{name}: expected one of {string.Join(", ", available)}");
                return words;
            },
        };

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static Option<int> Number(string name, string description, int min, int max, int byDefault)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is int value && (value < min || value > max))
                result.AddError($"{name}: expected a whole number from {min} to {max}, found {value}");
        });
        return option;
    }

    /// <summary>A file, or standard output if no name follows.</summary>
    public static Option<string?> Json() => new("--json")
    {
        Description = "Write the results to FILE, or to standard output without FILE, and nothing else there",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static JsonTarget Target(this ParseResult parsed, Option<string?> json) =>
        new(parsed.GetResult(json) is not null, parsed.GetValue(json));
}
