namespace EdgeRnn.Cli.Input;

/// <summary>How a CSV input is written. What is null is found in the text.</summary>
internal sealed record CsvOptions
{
    /// <summary>The options of a text that says everything itself.</summary>
    public static CsvOptions Default { get; } = new();

    /// <summary>What separates cells; a space means any run of white space.</summary>
    public char? Delimiter { get; init; }

    /// <summary>The decimal separator, '.' or ','.</summary>
    public char? Decimal { get; init; }

    /// <summary>Whether the first line has names; null: if it looks so.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>The columns of a frame, in order; null: all but the time's.</summary>
    public IReadOnlyList<ColumnName>? Columns { get; init; }

    /// <summary>The column of the time stamps; null: there is none.</summary>
    public ColumnName? Time { get; init; }

    /// <summary>What a line that cannot be read leads to.</summary>
    public BadLinePolicy BadLines { get; init; }
}

/// <summary>What a line that cannot be read as a frame leads to.</summary>
internal enum BadLinePolicy
{
    /// <summary>The input ends with an error.</summary>
    Stop,

    /// <summary>There is no frame for it.</summary>
    Skip,

    /// <summary>Its unreadable values are those of the line before; without a line before, there is no frame for it.</summary>
    Hold,
}

/// <summary>A column by its number from 1, or by its name in the header.</summary>
internal readonly record struct ColumnName(int Number, string? Name)
{
    private const int MaxColumns = 1 << 20;

    /// <summary>Reads numbers, ranges such as 2-25, and names, separated by commas.</summary>
    /// <returns>Null if the text is none of these.</returns>
    public static IReadOnlyList<ColumnName>? ParseList(string text)
    {
        List<ColumnName> columns = [];
        foreach (string item in text.Split(','))
        {
            if (item.Split('-') is [var begin, var end] && NumberOf(begin) is { } first && NumberOf(end) is { } last)
            {
                if (first > last || last - first > MaxColumns)
                    return null;
                columns.AddRange(Enumerable.Range(first, last - first + 1).Select(number => new ColumnName(number, null)));
            }
            else if (Parse(item) is { } column)
            {
                columns.Add(column);
            }
            else
            {
                return null;
            }
        }

        return columns;
    }

    /// <returns>Null if the text is empty.</returns>
    public static ColumnName? Parse(string text) => text.Trim() switch
    {
        "" => null,
        var trimmed when NumberOf(trimmed) is { } number => new ColumnName(number, null),
        var trimmed => new ColumnName(0, trimmed),
    };

    public override string ToString() => Name ?? FormattableString.Invariant($"{Number}");

    private static int? NumberOf(string text) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number)
        && number is > 0 and <= MaxColumns ? number : null;
}
