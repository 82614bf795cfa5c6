using System.Text.RegularExpressions;

namespace EdgeRnn.Server.Tests.Documents;

/// <summary>What documents point at is there.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Links_BetweenDocuments_LeadToFilesAndHeadings()
    {
        List<string> broken = [];
        foreach (Document document in Document.All)
        {
            foreach (string link in document.Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
            {
                string[] parts = link.Split('#', 2);
                string path = parts[0].Length == 0 ? document.Path : Resolve(document.Path, parts[0]);
                if (!Path.Exists(Path.Combine(Repository.Root, path)))
                    broken.Add($"{document}: {link}: no such file");
                else if (parts.Length > 1 && !Document.Open(path).Anchors.Contains(parts[1]))
                    broken.Add($"{document}: {link}: no such heading");
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void Paths_InSentencesAndCommands_Exist()
    {
        IEnumerable<string> missing = Document.All.SelectMany(document => document.CodeSpans.Concat(document.CodeLines)
            .SelectMany(code => RepositoryPath().Matches(code))
            .Select(match => match.Value.TrimEnd('.', ','))
            .Where(path => !Path.Exists(Path.Combine(Repository.Root, path)))
            .Select(path => $"{document}: {path}"));

        Assert.Empty(missing);
    }

    [Fact]
    public void ReadmeTable_EveryDocument_IsReached()
    {
        var reached = Document.Open("README.md").Links.Select(link => link.Split('#')[0]).ToHashSet();

        IEnumerable<string> expected = Document.All.Select(document => document.Path)
            .Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && path.Count(c => c == '/') == 1);
        Assert.All(expected, path => Assert.Contains(path, reached));
    }

    private static string Resolve(string from, string link) =>
        Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(from)!, link));

    [GeneratedRegex(@"(?<![\w/.-])(?:src|tests|eng|deploy|tools|protos)/[\w./-]+")]
    private static partial Regex RepositoryPath();
}
