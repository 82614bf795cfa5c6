using System.Runtime.CompilerServices;
using System.Text;
using EdgeRnn.Runtime;

namespace EdgeRnn.Cli.Input;

/// <summary>
/// Reads CSV: one frame per line, in the dialects of RFC 4180, spreadsheets and loggers. Skips blank lines, comments that begin with #,
/// and a header. The text may be endless; memory is bounded.
/// </summary>
internal sealed class CsvFrameInput : FrameInput
{
    private readonly string _name;
    private readonly LineReader _lines;
    private readonly CsvOptions _options;
    private readonly Terminal? _terminal;
    private readonly CsvDialect _dialect;
    private readonly CsvCells _cells = new();
    private readonly BadLines _badLines;
    private string[]? _header;
    private CsvColumns? _columns;
    private bool _isFirst = true;
    // The frame before, for what a bad line lacks.
    private float[] _last = [];
    // Frames read so far, which is the index of the next one.
    private long _frames;
    private CliException? _fault;

    /// <param name="name">The input's name in messages.</param>
    /// <param name="terminal">Gets warnings; may be null.</param>
    public CsvFrameInput(string name, TextReader text, CsvOptions? options = null, Terminal? terminal = null)
    {
        _name = ForeignText.Show(name);
        _lines = new LineReader(_name, text);
        _options = options ?? CsvOptions.Default;
        _terminal = terminal;
        _dialect = new CsvDialect(_options);
        _badLines = new BadLines(_name, _options.BadLines, terminal);
        Times = _options.Time is null ? null : new FrameTimes();
    }

    /// <exception cref="CliException">There is no such file.</exception>
    public static CsvFrameInput Open(string path, CsvOptions? options = null, Terminal? terminal = null) => File.Exists(path)
        ? new CsvFrameInput(path, new StreamReader(path, Encoding.UTF8), options, terminal)
        : throw new CliException($"{ForeignText.Show(path)}: expected a file, found none");

    public override long BadLines => _badLines.Count;

    public override async IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync(
        int frameSize, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        float[] batch = new float[Math.Max(1, BatchValues / frameSize) * frameSize];
        try
        {
            bool more;
            do
            {
                more = await _lines.FillAsync(cancellationToken);
                for (int count; (count = ReadArrived(batch, frameSize)) > 0;)
                    yield return batch.AsMemory(0, count);
            }
            while (more);
        }
        finally
        {
            _badLines.Report();
        }
    }

    public override void Dispose() => _lines.Dispose();

    /// <summary>Reads the lines that have arrived, as many as fit. A fault is thrown by the next call if frames precede it.</summary>
    /// <returns>Values read.</returns>
    private int ReadArrived(float[] batch, int frameSize)
    {
        if (_fault is not null)
            throw _fault;
        int count = 0;
        try
        {
            while (count < batch.Length && _lines.TryRead(out ReadOnlySpan<char> line))
            {
                if (IsFrame(line, frameSize) && Read(line, batch.AsSpan(count, frameSize)))
                {
                    count += frameSize;
                    _frames++;
                }
            }
        }
        catch (CliException fault) when (count > 0)
        {
            _fault = fault;
        }

        return count;
    }

    /// <summary>Learns from a line that is not a frame.</summary>
    private bool IsFrame(ReadOnlySpan<char> line, int frameSize)
    {
        ReadOnlySpan<char> trimmed = line.Trim();
        if (trimmed.IsEmpty || trimmed[0] == '#' || (_isFirst && _dialect.TakesSeparatorLine(trimmed)))
            return false;
        if (!_isFirst)
            return true;
        _isFirst = false;
        _dialect.Learn(line);
        if (!_cells.Split(line, _dialect.Delimiter!.Value))
            return true;
        string[] cells = [.. Enumerable.Range(0, _cells.Count).Select(cell => _cells[cell].ToString())];
        if (!CsvHeader.Is(cells, _options, cell => _dialect.TryParse(cell, out _), _name, _terminal))
            return true;
        _header = cells.Length > 1 && cells[^1].Length == 0 ? cells[..^1] : cells;
        if (_badLines.CanContinue || CsvColumns.Resolve(_header, _header.Length, frameSize, _options, out string fault) is not null)
            return false;
        throw new CliException($"{Place}: {fault}");
    }

    private string Place => $"{_name}: line {_lines.LineNumber}";

    /// <returns>False if there is no frame for the line.</returns>
    private bool Read(ReadOnlySpan<char> line, Span<float> frame)
    {
        string? fault = null;
        int bad = 0;
        if (!_cells.Split(line, _dialect.Delimiter!.Value))
            fault = $"{Place}: expected a quote at the end of a quoted cell, found the end of the line";
        else if (FindColumns(frame.Length, out string misfit) is not { } columns)
            fault = $"{Place}: {misfit}";
        else
            fault = ReadCells(columns, frame, out bad);
        if (fault is not null && !_badLines.Add(fault, canHold: _last.Length > 0))
            return false;
        if (fault is not null && bad == 0)
            _last.CopyTo(frame);
        if (_options.BadLines == BadLinePolicy.Hold)
            _last = [.. frame];
        if (_columns is { Time: { } time })
            Times?.Add(_frames, fault is not null && bad == 0 ? "" : _cells[time].ToString());
        return true;
    }

    private CsvColumns? FindColumns(int frameSize, out string fault)
    {
        fault = "";
        int known = _columns?.Count ?? _header?.Length ?? (_options.Columns is null ? frameSize + (_options.Time is null ? 0 : 1) : _cells.Count);
        if (_cells.Count == known + 1)
            _cells.DropEmptyLast();
        if (_columns is null)
        {
            if (CsvColumns.Resolve(_header, _cells.Count, frameSize, _options, out fault) is not { } columns)
                return null;
            return _columns = columns;
        }

        if (_cells.Count == _columns.Count)
            return _columns;
        fault = $"expected {_columns.Count} columns, found {_cells.Count}";
        return null;
    }

    /// <param name="bad">Values that could not be read; those of the frame before are taken.</param>
    /// <returns>What is wrong with the first of them; null if nothing is.</returns>
    private string? ReadCells(CsvColumns columns, Span<float> frame, out int bad)
    {
        string? fault = null;
        bad = 0;
        for (int i = 0; i < frame.Length; i++)
        {
            ReadOnlySpan<char> cell = _cells[columns.Cells[i]];
            if (_dialect.TryParse(cell, out frame[i]) && (float.IsFinite(frame[i]) || !RejectsNonFinite))
                continue;
            string expected = RejectsNonFinite ? "a finite number" : "a number";
            fault ??= $"{Place}, column {columns.Cells[i] + 1} (frame {_frames}): expected {expected}, found '{ForeignText.Show(cell.ToString(), 40)}'";
            bad++;
            frame[i] = _last.Length > 0 ? _last[i] : 0;
        }

        return fault;
    }
}
