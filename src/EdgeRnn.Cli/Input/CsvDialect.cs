using System.Globalization;

namespace EdgeRnn.Cli.Input;

/// <summary>The delimiter and the decimal separator of a text: as given, or as its first lines show.</summary>
internal sealed class CsvDialect(CsvOptions options)
{
    private const int MaxCellLength = 64;
    private char? _decimal = options.Decimal ?? (options.Delimiter is ',' ? '.' : null);

    /// <summary>What separates cells, known after <see cref="Learn"/>.</summary>
    public char? Delimiter { get; private set; } = options.Delimiter;

    /// <summary>Finds the delimiter in the first line with cells: a tab, else a semicolon, a comma, or white space.</summary>
    public void Learn(ReadOnlySpan<char> line)
    {
        if (Delimiter is not null)
            return;
        ReadOnlySpan<char> trimmed = line.Trim();
        Delimiter = trimmed switch
        {
            _ when trimmed.Contains('\t') => '\t',
            _ when trimmed.Contains(';') => ';',
            _ when trimmed.Contains(',') && _decimal != ',' => ',',
            _ when trimmed.ContainsAny(' ', ',') => ' ',
            _ => ',',
        };
        if (Delimiter == ',')
            _decimal = '.';
    }

    /// <summary>Takes the delimiter that spreadsheets write on a line of its own: sep=;</summary>
    /// <returns>Whether the line is one.</returns>
    public bool TakesSeparatorLine(ReadOnlySpan<char> line)
    {
        if (line.Length != 5 || !line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
            return false;
        Delimiter ??= line[4];
        return true;
    }

    /// <summary>Reads a number. Until it is known, the decimal separator is the first of '.' and ',' in a number.</summary>
    public bool TryParse(ReadOnlySpan<char> cell, out float value)
    {
        value = 0;
        int separator = cell.IndexOfAny('.', ',');
        if (separator < 0)
            return Parse(cell, out value);
        char found = cell[separator];
        if (found != (_decimal ?? found) || cell[(separator + 1)..].ContainsAny('.', ','))
            return false;
        bool isNumber = found == '.' ? Parse(cell, out value) : ParseDecimalComma(cell, separator, out value);
        if (isNumber)
            _decimal = found;
        return isNumber;
    }

    private static bool ParseDecimalComma(ReadOnlySpan<char> cell, int comma, out float value)
    {
        value = 0;
        if (cell.Length > MaxCellLength)
            return false;
        Span<char> text = stackalloc char[cell.Length];
        cell.CopyTo(text);
        text[comma] = '.';
        return Parse(text, out value);
    }

    private static bool Parse(ReadOnlySpan<char> text, out float value) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
