using System.CommandLine;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using EdgeRnn.Cli;
using EdgeRnn.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeRnn.Server.Tests;

/// <summary>What README says of commands, options and metrics is what the code has.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));
    private readonly RootCommand _root = CommandLine.Create(Terminal.OfProcess());

    [Fact]
    public void Commands_OfTheNewcomer_AreTheFirstOnes()
    {
        Assert.Equal("dotnet run -c Release --project src/EdgeRnn.Cli -- demo", FirstLine("dotnet run"));
        Assert.Equal("dotnet test", FirstLine("dotnet test"));

        static string FirstLine(string start) => Lines.First(line => line.StartsWith(start, StringComparison.Ordinal));
    }

    [Fact]
    public void Commands_InCodeBlocks_AreUnderstood()
    {
        string[] commands = [.. Lines.Select(line => line.Trim()).Where(line => line.StartsWith("edgernn ", StringComparison.Ordinal))];
        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.Empty(_root.Parse(command["edgernn ".Length..]).Errors));
    }

    [Fact]
    public void CommandTable_EveryCommandAndOption_IsListed()
    {
        IEnumerable<(string Name, string)> expected = _root.Subcommands.Select(command => (command.Name, Joined(command.Options.Select(option => option.Name))));
        IEnumerable<(string, string)> listed = Table("command").Select(row => (Unquote(row[0]), Joined(OptionName().Matches(row[1]).Select(match => match.Value))));
        Assert.Equal(expected.Order(), listed.Order());

        static string Joined(IEnumerable<string> options) => string.Join(' ', options.Where(option => option != "--help").Order());
    }

    [Fact]
    public void ServerOptionTable_EveryOption_IsListed()
    {
        string[] expected = [.. Names(typeof(EdgeRnnServerOptions), "").Where(name => name != "Runtime"), .. Names(typeof(RuntimeOptions), "Runtime:")];
        IEnumerable<string> listed = Table("option").SelectMany(row => row[0].Split(',')).Select(Unquote);
        Assert.Equal(expected.Order(), listed.Order());

        static IEnumerable<string> Names(Type options, string prefix) =>
            options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => prefix + p.Name);
    }

    [Fact]
    public async Task MetricTable_EveryInstrument_IsListedWithItsUnitAndDescription()
    {
        await using TestServer server = await TestServer.StartAsync();
        IMeterFactory meters = server.Server.Services.GetRequiredService<IMeterFactory>();
        List<(string, string?, string?)> instruments = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == RuntimeMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
                instruments.Add((instrument.Name, instrument.Unit ?? "", instrument.Description));
        };
        listener.Start();

        IEnumerable<(string, string?, string?)> listed = Table("instrument").Select(row => (Unquote(row[0]), (string?)Unquote(row[1]), (string?)row[3]));
        Assert.Equal(instruments.Order(), listed.Order());
    }

    private static IEnumerable<string[]> Table(string firstColumn) => Lines
        .SkipWhile(line => !line.StartsWith($"| {firstColumn} |", StringComparison.Ordinal)).Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));

    private static string Unquote(string cell) => cell.Trim(' ', '`');

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex OptionName();
}
