namespace EdgeRnn.Cli.Input;

/// <summary>
/// Reads lines from an endless text in bounded memory, as many at a time as have arrived. A line ends with LF, CR LF or CR.
/// </summary>
/// <param name="name">The text's name in error messages.</param>
internal sealed class LineReader(string name, TextReader text) : IDisposable
{
    /// <summary>In characters; a longer line is no line of numbers.</summary>
    public const int MaxLineLength = 1 << 20;

    private char[] _buffer = new char[4096];
    private int _start;
    private int _end;
    private bool _ended;
    // The line before ended with CR: an LF that follows belongs to it.
    private bool _mayEndTwice;

    /// <summary>Number of the line read last, from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Waits for more text.</summary>
    /// <returns>False at the end of the text.</returns>
    /// <exception cref="CliException">A line is too long.</exception>
    public async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        // A read of standard input cannot be interrupted. A canceled one is abandoned, which is fine: the command ends.
        int count = await text.ReadAsync(_buffer.AsMemory(_end), CancellationToken.None).AsTask().WaitAsync(cancellationToken);
        _end += count;
        return !(_ended = count == 0);
    }

    /// <summary>Takes the next whole line if it has arrived, without its end.</summary>
    public bool TryRead(out ReadOnlySpan<char> line)
    {
        if (_mayEndTwice && _start < _end)
        {
            _start += _buffer[_start] == '\n' ? 1 : 0;
            _mayEndTwice = false;
        }

        line = _buffer.AsSpan(_start, _end - _start);
        int length = line.IndexOfAny('\n', '\r');
        if (length < 0 && !(_ended && line.Length > 0))
            return false;
        _mayEndTwice = length >= 0 && line[length] == '\r';
        _start += length < 0 ? line.Length : length + 1;
        line = length < 0 ? line : line[..length];
        LineNumber++;
        return true;
    }

    public void Dispose() => text.Dispose();

    private void MakeRoom()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end < _buffer.Length)
            return;
        if (_buffer.Length >= MaxLineLength)
            throw new CliException($"{name}: line {LineNumber + 1}: expected at most {MaxLineLength} characters, found more");
        Array.Resize(ref _buffer, _buffer.Length * 2);
    }
}
