using EdgeRnn.Kernels;

namespace EdgeRnn.Runtime.Models.Running;

/// <summary>One layer, packed for a SIMD width. It works in the buffers of the workspace and allocates nothing.</summary>
internal sealed class RecurrentLayer(LayerDefinition definition, KernelSet kernels, int stateOffset) : IDisposable
{
    private readonly LayerNorm? _before = definition.Before is { } before ? kernels.Compile(before) : null;
    private readonly GateLayer? _projection =
        definition.Projection is { } projection ? kernels.Compile(projection, definition.Precision) : null;
    private readonly GateLayer _cell = kernels.Compile(definition.Cell, definition.Precision);
    private readonly LayerNorm? _after = definition.After is { } after ? kernels.Compile(after) : null;

    public int Units => _cell.Units;

    /// <summary>The window's last input follows the cell's state.</summary>
    private int WindowOffset => stateOffset + _cell.StateSize;

    /// <summary>Floats of state per stream, with lane padding; 0 for a layer without state.</summary>
    public int StateSize => _cell.StateSize + (definition.Window?.StateSize ?? 0);

    /// <summary>Values per frame after the before-norm; 0 without one.</summary>
    public int NormalizedWidth => _before?.Units ?? 0;

    /// <summary>Values per frame after the projection; 0 without one.</summary>
    public int ProjectedWidth => _projection?.Units ?? 0;

    /// <summary>Values per frame after the window; 0 without one.</summary>
    public int WindowWidth => definition.Window?.Width ?? 0;

    /// <summary>The matrix products, in the order in which they run.</summary>
    public IEnumerable<GateLayer> Products => _projection is null ? [_cell] : [_projection, _cell];

    public int ScratchLength(int frames) => Math.Max(_cell.ScratchLength(frames), _projection?.ScratchLength(frames) ?? 0);

    /// <summary>The vectors of this layer's state.</summary>
    /// <param name="index">The index among the recurrent layers, from 0.</param>
    public IEnumerable<StatePart> Parts(int index)
    {
        for (int i = 0; i < _cell.StateVectors; i++)
        {
            string name = i == 0 ? StatePart.State : StatePart.Cell;
            yield return new StatePart(name, index, Units) { Offset = stateOffset + i * LanePadding.Pad(Units) };
        }

        if (definition.Window is { } window)
            yield return new StatePart(StatePart.PreviousInput, index, window.Inputs) { Offset = WindowOffset };
    }

    /// <summary>Reads its input rows from one of the workspace's two row buffers and returns its output rows in the other one.</summary>
    public FrameRows Run(FrameRows inputs, int frames, ReadOnlySpan<Segment> segments, Workspace workspace)
    {
        FrameRows gated = inputs;
        if (_before is not null)
        {
            FrameRows normalized = workspace.Normalized(_before.Units);
            _before.Run(gated, normalized, frames);
            gated = normalized;
        }

        if (_projection is not null)
        {
            FrameRows projected = workspace.Projected(_projection.Units);
            _projection.Run(gated, gated, projected, segments, 0, workspace.Scratch, workspace.Share);
            gated = projected;
        }

        if (definition.Window is { } window)
        {
            FrameRows windowed = workspace.Windowed(window.Width);
            window.Run(gated, windowed, segments, WindowOffset);
            gated = windowed;
        }

        FrameRows outputs = workspace.Other(inputs, Units);
        _cell.Run(gated, inputs, outputs, segments, stateOffset, workspace.Scratch, workspace.Share);
        _after?.Run(outputs, outputs, frames);
        return outputs;
    }

    public void Dispose()
    {
        _before?.Dispose();
        _projection?.Dispose();
        _cell.Dispose();
        _after?.Dispose();
    }
}
