using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace EdgeRnn.Cli.Input;

/// <summary>
/// Reads CSV: one frame per line, values separated by commas, in invariant culture. Skips blank lines, and a header: a first line without
/// any number. The text may be endless; memory is bounded.
/// </summary>
internal sealed class CsvFrameInput(string name, TextReader text) : FrameInput
{
    private readonly LineReader _lines = new(name, text);
    private bool _mayBeHeader = true;
    // Frames read so far, which is the index of the next one.
    private long _frames;
    private CliException? _fault;

    /// <exception cref="CliException">There is no such file.</exception>
    public static CsvFrameInput Open(string path) => File.Exists(path)
        ? new CsvFrameInput(path, new StreamReader(path, Encoding.UTF8))
        : throw new CliException($"{path}: expected a file, found none");

    public override async IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync(
        int frameSize, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        float[] batch = new float[Math.Max(1, BatchValues / frameSize) * frameSize];
        bool more;
        do
        {
            more = await _lines.FillAsync(cancellationToken);
            for (int count; (count = ReadArrived(batch, frameSize)) > 0;)
                yield return batch.AsMemory(0, count);
        }
        while (more);
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
                if (!line.IsWhiteSpace() && !IsHeader(line))
                {
                    Parse(line, batch.AsSpan(count, frameSize));
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

    private bool IsHeader(ReadOnlySpan<char> line)
    {
        if (!_mayBeHeader)
            return false;
        _mayBeHeader = false;
        foreach (Range cell in line.Split(','))
        {
            if (TryParse(line[cell], out _))
                return false;
        }

        return true;
    }

    private void Parse(ReadOnlySpan<char> line, Span<float> frame)
    {
        int columns = line.Count(',') + 1;
        if (columns != frame.Length)
            throw new CliException($"{name}: line {_lines.LineNumber}: expected {frame.Length} columns, found {columns}");
        int column = 0;
        foreach (Range cell in line.Split(','))
        {
            column++;
            if (TryParse(line[cell], out float value) && (float.IsFinite(value) || !RejectsNonFinite))
            {
                frame[column - 1] = value;
                continue;
            }

            string expected = RejectsNonFinite ? "a finite number" : "a number", found = Shorten(line[cell]);
            throw new CliException(
                $"{name}: line {_lines.LineNumber}, column {column} (frame {_frames}): expected {expected}, found '{found}'");
        }
    }

    private static bool TryParse(ReadOnlySpan<char> cell, out float value) =>
        float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static string Shorten(ReadOnlySpan<char> cell) => cell.Length <= 40 ? cell.ToString() : $"{cell[..40]}…";
}
