using System.Text.RegularExpressions;

namespace EdgeRnn.Server.Tests.Documents;

/// <summary>docs/configuration.md lists the environment variables that the product reads, and those that its deployment sets.</summary>
public sealed partial class EnvironmentVariableTests
{
    private static readonly string[] Signals = ["METRICS", "TRACES", "LOGS"];
    private static readonly string[] Settings = ["ENDPOINT", "PROTOCOL", "HEADERS", "TIMEOUT"];
    private static readonly Document Page = Document.Open("docs/configuration.md");

    [Fact]
    public void VariableTable_WhatTheSourceReads_IsListed()
    {
        string source = string.Join('\n', SourceFiles().Select(File.ReadAllText));
        IEnumerable<string> read = VariableLiteral().Matches(source).Select(match => match.Groups[1].Value)
            .Concat(ReadDirectly().Matches(source).Select(match => match.Groups[1].Value))
            .SelectMany(name => name.Contains("{signal}", StringComparison.Ordinal)
                ? Signals.Select(signal => name.Replace("{signal}", signal, StringComparison.Ordinal))
                : [name])
            .SelectMany(name => name.Contains("{setting}", StringComparison.Ordinal)
                ? Settings.Select(setting => name.Replace("{setting}", setting, StringComparison.Ordinal))
                : [name]);

        Assert.Equal(read.Distinct().Order(), Listed("default"));
    }

    [Fact]
    public void PlatformVariableTable_WhatTheDeploymentSets_IsListed()
    {
        string image = Read("Dockerfile").Replace("\\\n", " ", StringComparison.Ordinal);
        string deployment = $"{image}\n{Read("deploy/systemd/edgernn.service")}";
        IEnumerable<string> set = EnvironmentLine().Matches(deployment)
            .SelectMany(line => Assignment().Matches(line.Groups[1].Value))
            .Select(match => match.Groups[1].Value)
            .Where(name => !name.StartsWith("EDGERNN_", StringComparison.Ordinal));

        Assert.Equal(set.Distinct().Order(), Listed("set to"));
    }

    private static IEnumerable<string> Listed(string column) =>
        Page.Table("variable", column).Select(row => Document.Unquote(row[0])).Order();

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    private static IEnumerable<string> SourceFiles() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj"));

    // A string that can only be the name of a variable; one may be put together of a part in braces.
    [GeneratedRegex("\"((?:EDGERNN|DOTNET|ASPNETCORE|OTEL|NOTIFY|WATCHDOG)_(?:[A-Za-z_]|\\{\\w+\\})+)\"")]
    private static partial Regex VariableLiteral();

    [GeneratedRegex("GetEnvironmentVariable\\(\"([^\"]+)\"")]
    private static partial Regex ReadDirectly();

    [GeneratedRegex("^(?:ENV |Environment=)(.*)$", RegexOptions.Multiline)]
    private static partial Regex EnvironmentLine();

    [GeneratedRegex(@"(?:^|\s)([A-Za-z_]+)=")]
    private static partial Regex Assignment();
}
