using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Sharing;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>Passes of one stream through an SRU layer or through a part of its units.</summary>
internal sealed class SharedLayer : IDisposable
{
    private readonly GateLayer _layer;
    private readonly FrameRows _inputs, _skip, _outputs;
    private readonly AlignedBuffer _scratch;
    private readonly Segment[] _segments;
    private readonly PanelShare? _share;
    private readonly int _steps;

    /// <param name="weights">Must outlive this object.</param>
    /// <param name="helpers">Threads that may compute panels; null: none.</param>
    public SharedLayer(SharedWeights weights, int steps, IPanelHelpers? helpers = null)
    {
        _layer = weights.Layer;
        _steps = steps;
        float[] frames = SharedWeights.Uniform(new Random(steps), steps * _layer.Inputs, 1.7f);
        _inputs = Rows(frames, _layer.Inputs);
        _skip = Rows([.. frames.Chunk(_layer.Inputs).SelectMany(frame => frame.Skip(weights.FirstUnit).Take(_layer.Units))], _layer.Units);
        _outputs = Rows(new float[steps * _layer.Units], _layer.Units);
        _scratch = new AlignedBuffer(_layer.ScratchLength(steps));
        _segments = [new Segment(new AlignedBuffer(_layer.StateSize), steps)];
        _share = helpers is null ? null : PanelShare.Create([_layer], steps, helpers);
    }

    public void Pass() => _layer.Run(_inputs, _skip, _outputs, _segments, 0, _scratch, _share);

    /// <summary>Runs one pass from a state of zeros: [step][unit].</summary>
    public float[] Outputs()
    {
        Reset();
        Pass();
        return LastOutputs();
    }

    public void Reset() => _segments[0].State.Span.Clear();

    public float[] LastOutputs() => [.. Enumerable.Range(0, _steps)
        .SelectMany(step => _outputs.Buffer.Span.Slice(step * _outputs.Stride, _layer.Units).ToArray())];

    public void Dispose()
    {
        _inputs.Buffer.Dispose();
        _skip.Buffer.Dispose();
        _outputs.Buffer.Dispose();
        _scratch.Dispose();
        _segments[0].State.Dispose();
        _share?.Dispose();
    }

    private static FrameRows Rows(float[] values, int width)
    {
        int stride = LanePadding.Pad(width);
        var rows = new FrameRows(new AlignedBuffer(values.Length / width * stride), stride);
        for (int i = 0; i < values.Length / width; i++)
            values.AsSpan(i * width, width).CopyTo(rows.Buffer.Span[(i * stride)..]);
        return rows;
    }
}
