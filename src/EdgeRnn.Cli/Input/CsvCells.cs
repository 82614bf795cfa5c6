namespace EdgeRnn.Cli.Input;

/// <summary>
/// Splits a line into cells, without the white space around them and without the quotes of RFC 4180. A quoted cell may contain the
/// delimiter, but not the end of the line. A buffer is used again for each line.
/// </summary>
internal sealed class CsvCells
{
    private readonly List<(int Start, int Length)> _cells = [];
    private char[] _text = new char[256];
    private int _length;

    public int Count { get; private set; }

    public ReadOnlySpan<char> this[int cell] => _text.AsSpan(_cells[cell].Start, _cells[cell].Length);

    /// <param name="delimiter">What separates cells; a space means any run of white space.</param>
    /// <returns>False if a quoted cell does not end.</returns>
    public bool Split(ReadOnlySpan<char> line, char delimiter)
    {
        _cells.Clear();
        _length = 0;
        if (_text.Length < line.Length)
            _text = new char[Math.Max(line.Length, _text.Length * 2)];
        bool isWhole = delimiter == ' ' ? SplitAtSpace(line) : SplitAt(line, delimiter);
        Count = _cells.Count;
        return isWhole;
    }

    /// <summary>Forgets a last cell that is empty, as after a delimiter at the end of the line.</summary>
    public void DropEmptyLast()
    {
        if (Count > 1 && _cells[Count - 1].Length == 0)
            Count--;
    }

    private bool SplitAt(ReadOnlySpan<char> line, char delimiter)
    {
        while (true)
        {
            line = line.TrimStart(delimiter == '\t' ? " " : " \t");
            if (!Take(ref line, delimiter, ends: delimiter))
                return false;
            if (line.IsEmpty)
                return true;
            line = line[1..];
        }
    }

    private bool SplitAtSpace(ReadOnlySpan<char> line)
    {
        for (line = line.Trim(); !line.IsEmpty; line = line.TrimStart())
        {
            if (!Take(ref line, ' ', ends: '\t'))
                return false;
        }

        return true;
    }

    /// <summary>Takes a cell; the rest of the line begins with the delimiter, or is empty.</summary>
    private bool Take(ref ReadOnlySpan<char> line, char delimiter, char ends)
    {
        int start = _length;
        if (!line.IsEmpty && line[0] == '"')
        {
            if (!TakeQuoted(ref line))
                return false;
            _cells.Add((start, _length - start));
            int rest = line.IndexOfAny(delimiter, ends);
            bool isEnded = (rest < 0 ? line : line[..rest]).IsWhiteSpace();
            line = rest < 0 ? [] : line[rest..];
            return isEnded;
        }

        int end = line.IndexOfAny(delimiter, ends);
        ReadOnlySpan<char> cell = (end < 0 ? line : line[..end]).TrimEnd();
        Append(cell);
        _cells.Add((start, cell.Length));
        line = end < 0 ? [] : line[end..];
        return true;
    }

    private bool TakeQuoted(ref ReadOnlySpan<char> line)
    {
        line = line[1..];
        while (true)
        {
            int quote = line.IndexOf('"');
            if (quote < 0)
                return false;
            Append(line[..quote]);
            line = line[(quote + 1)..];
            if (line.IsEmpty || line[0] != '"')
                return true;
            Append("\"");
            line = line[1..];
        }
    }

    private void Append(ReadOnlySpan<char> text)
    {
        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
    }
}
