using EdgeRnn.Kernels.Sharing;

namespace EdgeRnn.Kernels.Tests;

/// <summary>A layer with buffers for one pass. Their padding is NaN, so that a result that depends on it is NaN.</summary>
internal sealed class LayerRun : IDisposable
{
    private readonly GateLayer _layer;
    private readonly FrameRows _inputs, _skip, _outputs;
    private readonly AlignedBuffer _scratch;
    private readonly int _frames;

    /// <param name="frames">[frame][input]</param>
    /// <param name="skip">[frame][unit]</param>
    public LayerRun(GateLayer layer, float[] frames, float[] skip, Func<int, AlignedBuffer>? allocate = null)
    {
        allocate ??= length => new AlignedBuffer(length);
        _layer = layer;
        _frames = frames.Length / layer.Inputs;
        _inputs = frames.ToRows(layer.Inputs, allocate);
        _skip = skip.ToRows(layer.Units, allocate);
        _outputs = new float[_frames * layer.Units].ToRows(layer.Units, allocate);
        _scratch = allocate(layer.ScratchLength(_frames));
        _scratch.Span.Fill(float.NaN);
    }

    public float[] Outputs => _outputs.ToArray(_frames, _layer.Units);

    /// <summary>A session's state from [vector][unit]; NaN if that is empty.</summary>
    public static AlignedBuffer State(GateLayer layer, float[] values, Func<int, AlignedBuffer>? allocate = null)
    {
        int length = Math.Max(1, layer.StateSize);
        AlignedBuffer state = allocate?.Invoke(length) ?? new AlignedBuffer(length);
        state.Span.Fill(float.NaN);
        int at = 0;
        foreach (float[] vector in values.Chunk(layer.Units))
        {
            vector.CopyTo(state.Span[at..]);
            at += LanePadding.Pad(layer.Units);
        }

        return state;
    }

    /// <summary>A session's state as [vector][unit].</summary>
    public static float[] Units(GateLayer layer, AlignedBuffer state) =>
        [.. Enumerable.Range(0, layer.StateVectors)
            .SelectMany(vector => state.Span.Slice(vector * LanePadding.Pad(layer.Units), layer.Units).ToArray())];

    public void Run(ReadOnlySpan<Segment> segments, int stateOffset = 0, PanelShare? share = null) =>
        _layer.Run(_inputs, _skip, _outputs, segments, stateOffset, _scratch, share);

    public void Dispose()
    {
        _inputs.Buffer.Dispose();
        _skip.Buffer.Dispose();
        _outputs.Buffer.Dispose();
        _scratch.Dispose();
    }
}
