namespace EdgeRnn.Benchmarks.Reports;

/// <summary>Text in columns.</summary>
internal static class TextTable
{
    /// <summary>Rows of equally many cells, columns aligned to the left.</summary>
    public static void Write(TextWriter output, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
