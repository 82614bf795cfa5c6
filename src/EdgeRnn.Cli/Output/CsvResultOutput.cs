using System.Globalization;
using System.Text;

namespace EdgeRnn.Cli.Output;

/// <summary>Writes a header, then one line per result: the frame's index and its outputs. The digits give back the same bits.</summary>
internal sealed class CsvResultOutput : ResultOutput
{
    private readonly TextWriter _writer;
    private readonly bool _ownsWriter;
    private readonly int _outputSize;
    private readonly StringBuilder _text = new();

    public CsvResultOutput(TextWriter writer, bool ownsWriter, IReadOnlyList<string> labels, int outputSize)
    {
        _writer = writer;
        _ownsWriter = ownsWriter;
        _outputSize = outputSize;
        IEnumerable<string> names = labels.Count > 0 ? labels.Select(Quote) : Enumerable.Range(0, outputSize).Select(i => $"out{i}");
        _text.Append("frame,").AppendJoin(',', names).Append('\n');
        Flush();
    }

    public override void Write(long firstFrame, int every, ReadOnlySpan<float> outputs)
    {
        for (long frame = firstFrame; outputs.Length > 0; frame += every, outputs = outputs[_outputSize..])
        {
            _text.Append(CultureInfo.InvariantCulture, $"{frame}");
            foreach (float value in outputs[.._outputSize])
                _text.Append(CultureInfo.InvariantCulture, $",{value:R}");
            _text.Append('\n');
        }

        Flush();
    }

    public override void Dispose()
    {
        if (_ownsWriter)
            _writer.Dispose();
    }

    private void Flush()
    {
        _writer.Write(_text);
        _writer.Flush();
        _text.Clear();
    }

    private static string Quote(string label) =>
        label.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{label.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : label;
}
