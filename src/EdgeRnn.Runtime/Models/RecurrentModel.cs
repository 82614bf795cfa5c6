using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Sharing;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models;

/// <summary>
/// A model with its weights in memory, packed for one SIMD width. It holds no state of any stream: many threads may run it at once, each
/// with a workspace of its own.
/// </summary>
public sealed class RecurrentModel : IDisposable
{
    private readonly KernelSet _kernels;
    private readonly float[] _mean, _deviation;
    private readonly List<RecurrentLayer> _layers = [];
    private readonly List<StatePart> _parts = [];

    internal RecurrentModel(
        ModelManifest manifest, IReadOnlyList<LayerDefinition> layers, float[] mean, float[] deviation, KernelSet kernels)
    {
        Manifest = manifest;
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

    public ModelManifest Manifest { get; }

    public string Name => Manifest.Name;

    public string Version => Manifest.Version;

    /// <summary>The recurrent cell: "sru", ….</summary>
    public string Family => Manifest.Layers.Family;

    /// <summary>SHA-256 over manifest and tensors, 64 lower-case hexadecimal digits.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Values per frame.</summary>
    public int InputSize => Manifest.Input.Size;

    /// <summary>Values per output: the head's, or without one the hidden size.</summary>
    public int OutputSize => _layers[^1].Units;

    /// <summary>Recurrent layers.</summary>
    public int LayerCount => Manifest.Layers.Count;

    /// <summary>What output 0, 1, … stands for; empty, or one per output.</summary>
    public IReadOnlyList<string> Labels => Manifest.Labels;

    /// <summary>What is applied to the head's sums; none for a model without a head.</summary>
    public HeadActivation HeadActivation => Manifest.Head?.Activation ?? HeadActivation.None;

    /// <summary>Whether a frame that holds NaN or an infinity is refused before it comes here.</summary>
    public bool RejectsNonFinite => Manifest.Input.NonFinite == NonFinitePolicy.Reject;

    /// <summary>What is kept of the layers' weights: "fp32", "bf16" or "int8".</summary>
    public string Precision => LayersManifest.Precisions.WordOf(Manifest.Layers.Basics.Precision);

    /// <summary>Numbers in the tensors of layers and head.</summary>
    public required long Parameters { get; init; }

    /// <summary>
    /// Bytes of the weights, lane padding not counted. A weight pass reads them once, but the matrices that LSTM and GRU multiply their
    /// last outputs with once per frame.
    /// </summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes that a stream carries from frame to frame, lane padding not counted.</summary>
    public int StateBytes => _parts.Sum(part => part.Size) * sizeof(float);

    /// <summary>Loads the package that is the folder <paramref name="directory"/>.</summary>
    /// <exception cref="ModelException">The package cannot be used; the message names file, key or tensor, expected and found.</exception>
    public static RecurrentModel Load(string directory, KernelSet kernels, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(kernels);
        return ModelLoader.Load(new FolderPackage(directory), kernels, logger);
    }

    /// <summary>Loads the model that is part of this assembly.</summary>
    public static RecurrentModel LoadEmbedded(KernelSet kernels, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        return ModelLoader.Load(new EmbeddedPackage(EmbeddedPackage.DefaultName), kernels, logger);
    }

    /// <summary>The state of a new stream: zeros.</summary>
    public RecurrentState CreateState() => new(this, _parts);

    /// <summary>Scratch for passes of at most <paramref name="maxColumns"/> frames, summed over the sessions in a pass.</summary>
    /// <param name="helpers">Threads that may compute panels of its passes; null: none.</param>
    /// <exception cref="OverflowException">A buffer would exceed 2^31 floats.</exception>
    public Workspace CreateWorkspace(int maxColumns, IPanelHelpers? helpers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxColumns, 1);
        return new Workspace(this, _layers, maxColumns, helpers);
    }

    /// <summary>Runs a few frames, so that the first ones of a session do not wait for the compiler.</summary>
    public void WarmUp()
    {
        // Tiles of 8, 4, 2 and 1 frames, and a pass of one frame, which is not packed.
        const int EveryTile = 15;
        using RecurrentState state = CreateState();
        using Workspace workspace = CreateWorkspace(EveryTile);
        float[] frames = new float[EveryTile * InputSize];
        float[] outputs = new float[EveryTile * OutputSize];
        Run([new FrameSegment(state, frames, outputs)], workspace);
        Run([new FrameSegment(state, frames.AsMemory(0, InputSize), outputs.AsMemory(0, OutputSize))], workspace);
    }

    /// <summary>
    /// One weight pass: normalizes the frames, runs layers and head and writes the outputs. The results are the same bits however a
    /// stream is cut into passes and whatever else is in them. Allocates nothing.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A length is wrong, the frames are more than the workspace holds, or state or workspace belong to another model.
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

    /// <summary>Checks the segments and notes them in the workspace; returns how many frames they have.</summary>
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
