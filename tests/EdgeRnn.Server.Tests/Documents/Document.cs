using System.Text.RegularExpressions;

namespace EdgeRnn.Server.Tests.Documents;

/// <summary>A Markdown file of the repository.</summary>
internal sealed partial class Document
{
    private static readonly string[] SkippedFolders = [".git", "bin", "obj", "node_modules", "TestResults"];

    private Document(string path)
    {
        Path = path;
        Lines = File.ReadAllLines(System.IO.Path.Combine(Repository.Root, path));
    }

    /// <summary>Every Markdown file that people read, wherever it is.</summary>
    public static IReadOnlyList<Document> All { get; } =
        [.. Find(new DirectoryInfo(Repository.Root)).Order(StringComparer.Ordinal).Select(path => new Document(path))];

    /// <summary>Relative to the root of the repository, with forward slashes.</summary>
    public string Path { get; }

    public IReadOnlyList<string> Lines { get; }

    /// <summary>The lines of all code blocks, without indentation.</summary>
    public IEnumerable<string> CodeLines => CodeBlocks().SelectMany(block => block.Lines).Select(line => line.Trim());

    /// <summary>Text between single backticks, outside of code blocks.</summary>
    public IEnumerable<string> CodeSpans => CodeSpan().Matches(string.Join(' ', ProseLines)).Select(match => match.Groups[1].Value);

    /// <summary>Targets of links and images.</summary>
    public IEnumerable<string> Links => Link().Matches(CodeSpan().Replace(string.Join('\n', ProseLines), ""))
        .Select(match => match.Groups.Values.Skip(1).First(group => group.Success).Value);

    /// <summary>The anchors of its headings, as GitHub makes them.</summary>
    public IReadOnlySet<string> Anchors => ProseLines.Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))
        .ToHashSet();

    private IEnumerable<string> ProseLines
    {
        get
        {
            bool isCode = false;
            foreach (string line in Lines)
            {
                bool isFence = line.TrimStart().StartsWith("```", StringComparison.Ordinal);
                if (!isCode && !isFence)
                    yield return line;
                isCode ^= isFence;
            }
        }
    }

    /// <param name="path">Relative to the root of the repository.</param>
    public static Document Open(string path) => new(path);

    /// <summary>The code blocks, in order; the language is empty if the fence names none.</summary>
    public IEnumerable<(string Language, IReadOnlyList<string> Lines)> CodeBlocks()
    {
        List<string>? block = null;
        string language = "";
        foreach (string line in Lines)
        {
            bool isFence = line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (isFence && block is not null)
            {
                yield return (language, block);
                block = null;
            }
            else if (isFence)
            {
                (language, block) = (line.Trim()[3..], []);
            }
            else
            {
                block?.Add(line);
            }
        }
    }

    /// <summary>The only code block of a language.</summary>
    public IReadOnlyList<string> Code(string language) => Assert.Single(CodeBlocks(), block => block.Language == language).Lines;

    /// <summary>The rows of the first table whose header begins with these columns, cell by cell; a <c>\|</c> is not supported.</summary>
    public IEnumerable<string[]> Table(params string[] firstColumns)
    {
        string header = $"| {string.Join(" | ", firstColumns)} |";
        Assert.Contains(Lines, line => line.StartsWith(header, StringComparison.Ordinal));
        return Lines.SkipWhile(line => !line.StartsWith(header, StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
    }

    /// <summary>A table's cell without the backticks around it.</summary>
    public static string Unquote(string cell) => cell.Trim(' ', '`');

    public override string ToString() => Path;

    private static IEnumerable<string> Find(DirectoryInfo folder) =>
        folder.EnumerateFiles("*.md").Select(file => System.IO.Path.GetRelativePath(Repository.Root, file.FullName).Replace('\\', '/'))
            .Concat(folder.EnumerateDirectories().Where(inner => !SkippedFolders.Contains(inner.Name)).SelectMany(Find));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex("""\]\(([^)\s]+)\)|src="([^"]+)"|srcset="([^"]+)"|href="([^"]+)"|^\[[^\]]+\]: (\S+)""", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
