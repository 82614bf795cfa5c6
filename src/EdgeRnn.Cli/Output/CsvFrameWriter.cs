using System.Globalization;
using System.Text;

namespace EdgeRnn.Cli.Output;

/// <summary>Writes frames as <see cref="Input.CsvFrameInput"/> reads them, after a header. The digits give back the same bits.</summary>
internal sealed class CsvFrameWriter
{
    private readonly TextWriter _writer;
    private readonly int _frameSize;
    private readonly StringBuilder _line = new();

    public CsvFrameWriter(TextWriter writer, int frameSize)
    {
        _writer = writer;
        _frameSize = frameSize;
        _writer.Write($"{string.Join(',', Enumerable.Range(0, frameSize).Select(i => $"x{i}"))}\n");
    }

    /// <param name="frames">[n][frame size].</param>
    public void Write(ReadOnlySpan<float> frames)
    {
        for (; !frames.IsEmpty; frames = frames[_frameSize..])
        {
            foreach (float value in frames[.._frameSize])
                _line.Append(CultureInfo.InvariantCulture, $"{value:R},");
            _line[^1] = '\n';
            _writer.Write(_line);
            _line.Clear();
        }
    }
}
