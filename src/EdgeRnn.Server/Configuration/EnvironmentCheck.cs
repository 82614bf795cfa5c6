using System.Text.RegularExpressions;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime;

namespace EdgeRnn.Server.Configuration;

/// <summary>
/// Finds environment variables that look like options and are none: the configuration sees only EDGERNN__NAME, with two underscores, so
/// EDGERNN_GRPCPORT would be ignored.
/// </summary>
/// <param name="variables">The names and values of the environment.</param>
/// <param name="options">The options' names, such as GrpcPort and Runtime:MaxSessions.</param>
internal sealed partial class EnvironmentCheck(IEnumerable<KeyValuePair<string, string>> variables, IReadOnlyList<string> options)
{
    private static readonly string Word = EdgeRnnOptions.Section.ToUpperInvariant();
    private static readonly string Prefix = $"{Word}__";

    private readonly List<string> _ignored =
    [
        .. variables.Where(variable => IsMeant(variable.Key) && !IsRead(variable.Key) && !IsServiceLink(variable.Key, variable.Value))
            .Select(variable => variable.Key).Order(StringComparer.Ordinal),
    ];

    /// <summary>One sentence per variable that is nearly an option.</summary>
    public IEnumerable<string> Errors() => _ignored.Where(name => Nearest(name) is not null)
        .Select(name => $"{ForeignText.Show(name)} is not read; did you mean '{Nearest(name)}'?");

    /// <summary>The variables that begin with our word and are like no option: probably somebody else's.</summary>
    public IReadOnlyList<string> Strangers() => [.. _ignored.Where(name => Nearest(name) is null).Select(name => ForeignText.Show(name))];

    /// <summary>Whether the first word is ours, or nearly.</summary>
    private static bool IsMeant(string name) => Fold(name).StartsWith(Word, StringComparison.Ordinal)
        || (name.Contains("__", StringComparison.Ordinal) && NearestName.Of(name.Split("__")[0], [Word]) is not null);

    private static bool IsRead(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        || name.Equals(KernelSet.EnvironmentVariable, StringComparison.Ordinal);

    private string? Nearest(string name)
    {
        string rest = Fold(name).StartsWith(Word, StringComparison.Ordinal) ? Fold(name)[Word.Length..] : name[(name.IndexOf("__", StringComparison.Ordinal) + 2)..];
        IEnumerable<string> known = options.Select(option => option.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant());
        string kernels = KernelSet.EnvironmentVariable[(Word.Length + 1)..];
        return NearestName.Of(rest, known.Append(kernels)) is not { } nearest ? null
            : nearest == kernels ? KernelSet.EnvironmentVariable
            : Prefix + nearest;
    }

    private static string Fold(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Kubernetes and Docker set these for a service or a container of the name edgernn.</summary>
    private static bool IsServiceLink(string name, string value) =>
        ServiceLink().IsMatch(name) || (name.EndsWith("_PORT", StringComparison.Ordinal) && value.Contains("://", StringComparison.Ordinal));

    [GeneratedRegex(@"_(SERVICE_(HOST|PORT)(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?|ENV_\w+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex ServiceLink();
}
