using EdgeRnn.Runtime;

namespace EdgeRnn.Cli.Output;

/// <summary>Writes text in columns. Control characters in it are escaped: names and labels come from files and servers.</summary>
internal static class TextTable
{
    /// <summary>Writes a name and a value per line.</summary>
    public static void WritePairs(TextWriter output, IReadOnlyList<(string Name, string Value)> pairs) =>
        Write(output, [.. pairs.Select(pair => (string[])[pair.Name, pair.Value])]);

    /// <summary>Writes rows with the same number of cells each; columns are aligned to the left.</summary>
    public static void Write(TextWriter output, IReadOnlyList<string[]> rows)
    {
        rows = [.. rows.Select(row => row.Select(ForeignText.Escape).ToArray())];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
