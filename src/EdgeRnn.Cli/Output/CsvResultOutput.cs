using System.Globalization;
using System.Text;
using EdgeRnn.Cli.Input;
using EdgeRnn.Runtime;

namespace EdgeRnn.Cli.Output;

/// <summary>
/// Writes a header, then one line per result: the frame's index and its outputs, then the label that they decide for and the frame's time
/// stamp, if there are any. The digits give back the same bits.
/// </summary>
internal sealed class CsvResultOutput : ResultOutput
{
    private readonly TextWriter _writer;
    private readonly bool _ownsWriter;
    private readonly OutputRows _outputs;
    private readonly FrameTimes? _times;
    private readonly StringBuilder _text = new();

    public CsvResultOutput(TextWriter writer, bool ownsWriter, OutputRows outputs, FrameTimes? times = null)
    {
        _writer = writer;
        _ownsWriter = ownsWriter;
        _outputs = outputs;
        _times = times;
        IEnumerable<string> names = outputs.Labels.Count > 0 ? outputs.Labels.Select(Quote) : Enumerable.Range(0, outputs.Size).Select(i => $"out{i}");
        _text.Append("frame,").AppendJoin(',', names).Append(outputs.HasDecisions ? ",label" : "").Append(times is null ? "" : ",time").Append('\n');
        Flush();
    }

    public override void Write(long firstFrame, int every, ReadOnlySpan<float> outputs)
    {
        for (long frame = firstFrame; outputs.Length > 0; frame += every, outputs = outputs[_outputs.Size..])
        {
            ReadOnlySpan<float> output = outputs[.._outputs.Size];
            _text.Append(CultureInfo.InvariantCulture, $"{frame}");
            foreach (float value in output)
                _text.Append(CultureInfo.InvariantCulture, $",{value:R}");
            if (_outputs.HasDecisions)
                _text.Append(',').Append(Quote(_outputs.Decide(output)));
            if (_times is not null)
                _text.Append(',').Append(Quote(_times.Take(frame)));
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

    /// <summary>As RFC 4180 quotes a cell. Control characters are escaped: the reader may be a terminal.</summary>
    private static string Quote(string text)
    {
        string shown = ForeignText.Escape(text);
        return shown.AsSpan().ContainsAny(',', '"') ? $"\"{shown.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : shown;
    }
}
