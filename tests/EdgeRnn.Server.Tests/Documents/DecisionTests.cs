using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeRnn.Server.Tests.Documents;

/// <summary>Every decision has a number, a date and all its sections, and the index has every decision.</summary>
public sealed partial class DecisionTests
{
    private const string Folder = "docs/decisions/";
    private static readonly string[] Sections = ["## Context", "## Decision", "## Alternatives", "## Figures"];

    private static readonly Document[] Decisions = [.. Document.All.Where(document =>
        document.Path.StartsWith(Folder, StringComparison.Ordinal) && document.Path != $"{Folder}README.md")];

    [Fact]
    public void Decisions_Numbers_FollowEachOther() => Assert.Equal(
        Enumerable.Range(1, Decisions.Length).Select(number => number.ToString("D4", CultureInfo.InvariantCulture)),
        Decisions.Select(Number));

    [Fact]
    public void Decisions_EachFile_HasTitleDateAndSectionsWithText() => Assert.All(Decisions, decision =>
    {
        Assert.StartsWith($"# {Number(decision)} ", decision.Lines[0], StringComparison.Ordinal);
        Assert.Matches(Date(), decision.Lines[2]);
        Assert.Equal(Sections, decision.Lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)));
        Assert.All(Sections, section =>
        {
            string text = decision.Lines.SkipWhile(line => line != section).Skip(1).First(line => line.Length > 0);
            Assert.False(text.StartsWith('#'), $"{decision}: {section} is empty");
        });
    });

    [Fact]
    public void Index_EveryDecision_IsListedOnceByItsTitle()
    {
        IEnumerable<string> expected = Decisions.Select(decision => $"[{decision.Lines[0][2..]}]({decision.Path[Folder.Length..]})");
        IEnumerable<string> listed = Document.Open($"{Folder}README.md").Lines
            .Where(line => line.StartsWith("| [", StringComparison.Ordinal)).Select(line => line.Split('|')[1].Trim());
        Assert.Equal(expected.Order(), listed.Order());
    }

    private static string Number(Document decision) => decision.Path[Folder.Length..][..4];

    [GeneratedRegex(@"^Date: \d{4}-\d{2}-\d{2}$")]
    private static partial Regex Date();
}
