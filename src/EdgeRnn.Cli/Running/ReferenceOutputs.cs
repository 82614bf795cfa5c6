using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Output;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Running;

/// <summary>Compares the results of a run, as they come, with the outputs that another implementation computed.</summary>
internal sealed class ReferenceOutputs : ResultOutput
{
    private readonly string _path;
    private readonly FrameInput _file;
    private readonly int _outputSize;
    private readonly OutputComparison _comparison;
    private readonly IAsyncEnumerator<ReadOnlyMemory<float>> _rows;
    private ReadOnlyMemory<float> _rest;
    private long _frames;

    /// <param name="file">Rows of outputs.</param>
    public ReferenceOutputs(string path, FrameInput file, RecurrentModel model)
    {
        _path = ForeignText.Show(path);
        _file = file;
        _outputSize = model.OutputSize;
        _comparison = new OutputComparison(model.OutputSize, model.Description.HeadActivation);
        _rows = file.ReadAsync(model.OutputSize).GetAsyncEnumerator();
    }

    /// <exception cref="CliException">The file has fewer rows.</exception>
    public override void Write(long firstFrame, int every, ReadOnlySpan<float> outputs)
    {
        while (outputs.Length > 0)
        {
            if (_rest.IsEmpty && !HasMore())
                throw new CliException($"{_path}: expected a row of outputs for each frame of the input, found {_frames} and more frames");
            int count = Math.Min(_rest.Length, outputs.Length);
            _comparison.Add(_rest.Span[..count], outputs[..count]);
            _rest = _rest[count..];
            outputs = outputs[count..];
            _frames += count / _outputSize;
        }
    }

    /// <summary>The errors, when all results have come.</summary>
    /// <exception cref="CliException">The file has more rows, or there was no frame.</exception>
    public OutputError Report()
    {
        if (_frames == 0)
            throw new CliException("--input: expected at least one frame, found none");
        if (!_rest.IsEmpty || HasMore())
            throw new CliException($"{_path}: expected a row of outputs for each of the {_frames} frames, found more rows");
        return _comparison.Report();
    }

    public override void Dispose() => _file.Dispose();

    // Files are read synchronously, whatever the interface says.
    private bool HasMore()
    {
        if (!_rows.MoveNextAsync().AsTask().GetAwaiter().GetResult())
            return false;
        _rest = _rows.Current;
        return true;
    }
}
