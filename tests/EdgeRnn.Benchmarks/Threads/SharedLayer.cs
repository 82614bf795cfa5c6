using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>What one pass of one stream through an SRU layer, or through a part of its units, needs.</summary>
internal sealed class SharedLayer : IDisposable
{
    private const int Gates = 3;

    private readonly GateLayer _layer;
    private readonly FrameRows _inputs, _skip, _outputs;
    private readonly AlignedBuffer _scratch;
    private readonly Segment[] _segments;
    private readonly PanelShare? _share;
    private readonly int _steps;

    /// <param name="layer">Outlives this.</param>
    /// <param name="firstUnit">The first of its units in the whole layer.</param>
    /// <param name="helpers">Threads that may compute panels; null: none.</param>
    public SharedLayer(GateLayer layer, int firstUnit, int steps, IPanelHelpers? helpers = null)
    {
        float[] frames = Uniform(new Random(steps), steps * layer.Inputs, 1.7f);
        (_layer, _steps) = (layer, steps);
        _inputs = Rows(frames, layer.Inputs);
        _skip = Rows(Part(frames, 1, firstUnit, layer.Units, layer.Inputs), layer.Units);
        _outputs = Rows(new float[steps * layer.Units], layer.Units);
        _scratch = new AlignedBuffer(layer.ScratchLength(steps));
        _segments = [new Segment(new AlignedBuffer(layer.StateSize), steps)];
        _share = helpers is null ? null : PanelShare.Create([layer], steps, helpers);
    }

    /// <summary>The units from <paramref name="firstUnit"/> of a layer of <paramref name="hidden"/> units and as many inputs.</summary>
    public static GateLayer Compile(KernelSet kernels, int hidden, int firstUnit, int units)
    {
        var random = new Random(hidden);
        float[] weights = Uniform(random, Gates * hidden * hidden, MathF.Sqrt(3f / hidden));
        float[] biases = Uniform(random, 2 * hidden, 0.5f), weightC = Uniform(random, 2 * hidden, 1);
        return kernels.Compile(new SruCell(
            hidden, units, Part(weights, hidden, firstUnit, units, hidden), Part(biases, 1, firstUnit, units, hidden),
            Part(weightC, 1, firstUnit, units, hidden), SkipTerm.Input, 1, Activation.Tanh));
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

    /// <summary>Of [plane][unit][size], each plane of <paramref name="hidden"/> units, what belongs to some of the units.</summary>
    private static float[] Part(float[] values, int size, int firstUnit, int units, int hidden)
        => [.. values.Chunk(hidden * size).SelectMany(plane => plane.Skip(firstUnit * size).Take(units * size))];

    private static float[] Uniform(Random random, int length, float bound)
        => [.. Enumerable.Range(0, length).Select(_ => bound * (2 * random.NextSingle() - 1))];

    private static FrameRows Rows(float[] values, int width)
    {
        int stride = LanePadding.Pad(width);
        var rows = new FrameRows(new AlignedBuffer(values.Length / width * stride), stride);
        for (int i = 0; i < values.Length / width; i++) values.AsSpan(i * width, width).CopyTo(rows.Buffer.Span[(i * stride)..]);
        return rows;
    }
}
