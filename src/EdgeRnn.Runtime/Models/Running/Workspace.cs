using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Sharing;

namespace EdgeRnn.Runtime.Models.Running;

/// <summary>
/// The scratch memory of one weight pass at a time: two row buffers that layers read and write in turn, and one buffer each for normalized,
/// projected, windowed and packed inputs. Belongs to the model that created it.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private readonly AlignedBuffer _first, _second;
    private readonly AlignedBuffer? _normalized, _projected, _windowed;

    /// <exception cref="OverflowException">A buffer would exceed 2^31 floats.</exception>
    internal Workspace(RecurrentModel model, IReadOnlyList<RecurrentLayer> layers, int maxColumns, IPanelHelpers? helpers)
    {
        Model = model;
        MaxColumns = maxColumns;
        Segments = new Segment[maxColumns];
        int width = Math.Max(model.InputSize, layers.Max(layer => layer.Units));
        _first = Rows(width)!;
        _second = Rows(width)!;
        _normalized = Rows(layers.Max(layer => layer.NormalizedWidth));
        _projected = Rows(layers.Max(layer => layer.ProjectedWidth));
        _windowed = Rows(layers.Max(layer => layer.WindowWidth));
        Scratch = new AlignedBuffer(layers.Max(layer => layer.ScratchLength(maxColumns)));
        Share = helpers is null ? null : PanelShare.Create(layers.SelectMany(layer => layer.Products), maxColumns, helpers);
    }

    /// <summary>The maximum number of frames in a pass, over all its sessions.</summary>
    public int MaxColumns { get; }

    internal RecurrentModel Model { get; }

    internal Segment[] Segments { get; }

    internal AlignedBuffer Scratch { get; }

    /// <summary>Lets other threads compute panels; null without helpers, or if no layer is large enough.</summary>
    internal PanelShare? Share { get; }

    internal FrameRows Inputs(int width) => new(_first, LanePadding.Pad(width));

    internal FrameRows Other(FrameRows rows, int width) =>
        new(ReferenceEquals(rows.Buffer, _first) ? _second : _first, LanePadding.Pad(width));

    internal FrameRows Normalized(int width) => new(_normalized!, LanePadding.Pad(width));

    internal FrameRows Projected(int width) => new(_projected!, LanePadding.Pad(width));

    internal FrameRows Windowed(int width) => new(_windowed!, LanePadding.Pad(width));

    /// <summary>Frees the memory. No pass and no helper may be using it.</summary>
    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _normalized?.Dispose();
        _projected?.Dispose();
        _windowed?.Dispose();
        Scratch.Dispose();
        Share?.Dispose();
    }

    private AlignedBuffer? Rows(int width) => width == 0 ? null : new AlignedBuffer(checked(MaxColumns * LanePadding.Pad(width)));
}
