using EdgeRnn.Runtime;

namespace EdgeRnn.Cli.Input;

/// <summary>Tells whether the first line of a text has names instead of values.</summary>
internal static class CsvHeader
{
    // Two numbers are as likely to be values as the numbers of two columns.
    private const int LeastNumbers = 3;

    /// <summary>
    /// As the options say. Otherwise a line is a header if every cell is a text, or if its cells are the numbers of the columns from 0 or
    /// 1, as pandas writes them: that is said, because they might be values.
    /// </summary>
    /// <param name="cells">The first line; empty cells, such as the name of an index, may be either.</param>
    /// <param name="isNumber">Tells whether a cell is a number.</param>
    public static bool Is(IReadOnlyList<string> cells, CsvOptions options, Func<string, bool> isNumber, string name, Terminal? terminal)
    {
        if (options.HasHeader is { } has)
            return has;
        if (options.Time?.Name is not null || options.Columns?.Any(column => column.Name is not null) == true)
            return true;
        List<string> filled = [.. cells.Where(cell => cell.Length > 0)];
        if (filled.Count == 0)
            return false;
        if (!filled.Exists(cell => isNumber(cell)))
            return true;
        if (!CountsFrom(filled, 0) && !CountsFrom(filled, 1))
            return false;
        bool isHeader = filled.Count >= LeastNumbers;
        terminal?.Warn($"{name}: the first line, {ForeignText.Show(string.Join(' ', filled), 40)}, looks like the numbers of columns: it is taken as "
            + (isHeader ? "a header; --header no takes it as a frame" : "a frame; --header yes takes it as a header"));
        return isHeader;
    }

    private static bool CountsFrom(List<string> cells, int first)
    {
        for (int i = 0; i < cells.Count; i++)
        {
            if (cells[i] != FormattableString.Invariant($"{first + i}"))
                return false;
        }

        return true;
    }
}
