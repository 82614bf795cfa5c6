using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Sharing;

namespace EdgeRnn.Runtime.Models.Running;

/// <summary>
/// A model with its weights in memory, packed for one SIMD width. It holds no state of a stream, so many threads may run it at once, each
/// with its own workspace.
/// </summary>
internal sealed class RecurrentModel : IDisposable
{
    private readonly KernelSet _kernels;
    private readonly float[] _mean, _deviation;
    private readonly List<RecurrentLayer> _layers = [];
    private readonly List<StatePart> _parts = [];

    internal RecurrentModel(
        ModelDescription description, IReadOnlyList<LayerDefinition> layers, float[] mean, float[] deviation, KernelSet kernels)
    {
        Description = description;
        IsFullyRecurrent = layers.Any(layer => layer.Cell is FullyRecurrentCell);
        _mean = mean;
        _deviation = deviation;
        _kernels = kernels;
        try
        {
            (int stateSize, int recurrent) = (0, 0);
            foreach (LayerDefinition definition in layers)
            {
                var layer = new RecurrentLayer(definition, kernels, stateSize);
                _layers.Add(layer);
                _parts.AddRange(layer.Parts(recurrent));
                recurrent += layer.StateSize > 0 ? 1 : 0;
                stateSize += layer.StateSize;
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ModelDescription Description { get; }

    public string Name => Description.Name;

    public string Version => Description.Version;

    public string Family => Description.Family;

    public string Fingerprint => Description.Fingerprint;

    public int LayerCount => Description.LayerCount;

    public int InputSize => Description.InputSize;

    /// <summary>Values per output: the rows of the head, or the hidden size if there is no head.</summary>
    public int OutputSize => _layers[^1].Units;

    public IReadOnlyList<string> Labels => Description.Labels;

    public HeadActivation HeadActivation => Description.HeadActivation ?? HeadActivation.None;

    /// <summary>Whether a frame with a NaN or an infinity must be refused before a pass.</summary>
    public bool RejectsNonFinite => Description.NonFinite == NonFinitePolicy.Reject;

    /// <summary>Whether each value that is not finite is replaced before a pass.</summary>
    public bool HoldsNonFinite => Description.NonFinite == NonFinitePolicy.Hold;

    /// <summary>What a frame is before the first: the means that inputs are normalized with, or zeros; [input size].</summary>
    public float[] RestingFrame => _mean.Length == InputSize ? [.. _mean] : new float[InputSize];

    public string Precision => Description.Precision;

    public long Parameters => Description.Parameters;

    public long WeightBytes => Description.WeightBytes;

    /// <summary>Bytes of a stream's state, without lane padding.</summary>
    public int StateBytes => _parts.Sum(part => part.Size) * sizeof(float);

    /// <summary>Whether gates also multiply the last outputs, as in LSTM and GRU: these weights are read once per step.</summary>
    public bool IsFullyRecurrent { get; }

    /// <summary>Creates the state of a new stream: zeros.</summary>
    public RecurrentState CreateState() => new(this, _parts);

    /// <summary>Creates the scratch memory for passes of at most <paramref name="maxColumns"/> frames in all sessions together.</summary>
    /// <param name="helpers">Threads that may compute panels of the passes; null if there are none.</param>
    /// <exception cref="OverflowException">A buffer would exceed 2^31 floats.</exception>
    public Workspace CreateWorkspace(int maxColumns, IPanelHelpers? helpers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxColumns, 1);
        return new Workspace(this, _layers, maxColumns, helpers);
    }

    /// <summary>Runs a few frames, so that the first frames of a session do not wait for the JIT compiler.</summary>
    public void WarmUp()
    {
        // 15 frames are tiles of 8, 4, 2 and 1. A pass of a single frame takes another path, without packing.
        const int EveryTile = 15;
        using RecurrentState state = CreateState();
        using Workspace workspace = CreateWorkspace(EveryTile);
        float[] frames = new float[EveryTile * InputSize];
        float[] outputs = new float[EveryTile * OutputSize];
        Run([new FrameSegment(state, frames, outputs)], workspace);
        Run([new FrameSegment(state, frames.AsMemory(0, InputSize), outputs.AsMemory(0, OutputSize))], workspace);
    }

    /// <summary>
    /// One weight pass: normalizes the frames, runs the layers and the head, and writes the outputs. The outputs are the same bits for
    /// every cut of a stream into passes and for all neighbors in them. Allocates nothing.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A length is wrong, the workspace is too small, or the state or the workspace belongs to another model.
    /// </exception>
    public void Run(ReadOnlySpan<FrameSegment> segments, Workspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (workspace.Model != this)
            throw new ArgumentException("expected a workspace of this model, found another model's", nameof(workspace));
        int frames = CheckSegments(segments, workspace);
        if (frames == 0)
            return;

        FrameRows rows = workspace.Inputs(InputSize);
        int first = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            _kernels.NormalizeInputs(segments[i].Frames.Span, InputSize, _mean, _deviation, rows, first);
            first += workspace.Segments[i].Frames;
        }

        foreach (RecurrentLayer layer in _layers)
            rows = layer.Run(rows, frames, workspace.Segments.AsSpan(0, segments.Length), workspace);
        if (HeadActivation == HeadActivation.Softmax)
            _kernels.Softmax(rows, frames, OutputSize);
        CopyOutputs(rows, segments);
    }

    public void Dispose()
    {
        foreach (RecurrentLayer layer in _layers)
            layer.Dispose();
    }

    /// <summary>Checks the segments and enters them in the workspace; returns the number of frames.</summary>
    private int CheckSegments(ReadOnlySpan<FrameSegment> segments, Workspace workspace)
    {
        int frames = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            (RecurrentState? state, ReadOnlyMemory<float> input, Memory<float> output) = segments[i];
            if (state?.Model != this)
                throw new ArgumentException($"segment {i}: expected a state of this model, found another's or none", nameof(segments));
            int steps = input.Length / InputSize;
            if (steps == 0 || input.Length != steps * InputSize)
            {
                throw new ArgumentException(
                    $"segment {i}: expected whole frames of {InputSize} values, found {input.Length}", nameof(segments));
            }

            if (output.Length != (long)steps * OutputSize)
            {
                throw new ArgumentException(
                    $"segment {i}: expected room for {steps} outputs of {OutputSize} values, found {output.Length}", nameof(segments));
            }

            if (steps > workspace.MaxColumns - frames)
                throw new ArgumentException($"expected at most {workspace.MaxColumns} frames in a pass, found more", nameof(segments));
            frames += steps;
            workspace.Segments[i] = new Segment(state.Buffer, steps);
        }

        return frames;
    }

    private void CopyOutputs(FrameRows rows, ReadOnlySpan<FrameSegment> segments)
    {
        ReadOnlySpan<float> row = rows.Buffer.Span;
        foreach (FrameSegment segment in segments)
        {
            for (Span<float> to = segment.Outputs.Span; to.Length > 0; to = to[OutputSize..], row = row[rows.Stride..])
                row[..OutputSize].CopyTo(to);
        }
    }
}
