using EdgeRnn.Runtime;

namespace EdgeRnn.Cli.Input;

/// <summary>Which cell of a line is which value of a frame.</summary>
/// <param name="Cells">The cell of each value of a frame.</param>
/// <param name="Time">The cell of the time stamp; null if there is none.</param>
/// <param name="Count">Cells of a line.</param>
internal sealed record CsvColumns(IReadOnlyList<int> Cells, int? Time, int Count)
{
    private const string Nameless = "a header with names (--header yes), or column numbers";

    /// <summary>Whether the values are the first cells, in order.</summary>
    public bool IsPlain { get; } = Cells.Select((cell, i) => cell == i).All(same => same);

    /// <param name="header">The names; null without a header.</param>
    /// <param name="count">Cells of a line.</param>
    /// <param name="frameSize">Values per frame.</param>
    /// <param name="fault">What does not fit, if the result is null.</param>
    public static CsvColumns? Resolve(IReadOnlyList<string>? header, int count, int frameSize, CsvOptions options, out string fault)
    {
        int? time = null;
        if (options.Time is { } timeColumn && (time = IndexOf(timeColumn, "--time", header, count, out fault)) is null)
            return null;
        List<int> cells = [];
        if (options.Columns is null)
        {
            cells.AddRange(Enumerable.Range(0, count).Where(cell => cell != time));
        }
        else
        {
            foreach (ColumnName column in options.Columns)
            {
                if (IndexOf(column, "--columns", header, count, out fault) is not { } cell)
                    return null;
                cells.Add(cell);
            }
        }

        fault = "";
        if (cells.Count == frameSize)
            return new CsvColumns(cells, time, count);
        fault = options.Columns is not null
            ? $"--columns: expected {frameSize} columns, as a frame has values, found {cells.Count}"
            : $"expected {frameSize + (time is null ? 0 : 1)} columns, found {count}{Hint(count - frameSize, count)}";
        return null;
    }

    private static string Hint(int more, int count) => more switch
    {
        1 => $": if one is no value, choose the others with --columns, such as --columns 2-{count}, or name the time stamps with --time",
        > 1 => ": choose those of the frame with --columns",
        _ => "",
    };

    private static int? IndexOf(ColumnName column, string option, IReadOnlyList<string>? header, int count, out string fault)
    {
        fault = "";
        if (column.Name is not { } name)
        {
            if (column.Number <= count)
                return column.Number - 1;
            fault = $"{option}: expected numbers from 1 to {count}, the columns of the line, found {column.Number}";
            return null;
        }

        if (header is null)
        {
            fault = $"{option}: expected {Nameless}, found '{ForeignText.Show(name)}' and no header";
            return null;
        }

        List<int> found = [.. Enumerable.Range(0, header.Count).Where(i => header[i] == name)];
        if (found.Count == 1)
            return found[0];
        fault = found.Count > 1
            ? $"{option}: expected one column '{ForeignText.Show(name)}', found {found.Count}: give its number"
            : $"{option}: expected a column of the header, found '{ForeignText.Show(name)}'{NearestName.Hint(name, header)}";
        return null;
    }
}
