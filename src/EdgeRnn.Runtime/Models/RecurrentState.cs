using EdgeRnn.Kernels;

namespace EdgeRnn.Runtime.Models;

/// <summary>
/// What one stream carries from frame to frame: the cell states of all recurrent layers. Belongs to the model that made it.
/// </summary>
public sealed class RecurrentState : IDisposable
{
    private readonly IReadOnlyList<StateSlice> _slices;

    internal RecurrentState(RecurrentModel model, IReadOnlyList<StateSlice> slices)
    {
        Model = model;
        _slices = slices;
        Buffer = new AlignedBuffer(slices.Sum(slice => LanePadding.Pad(slice.Units)));
    }

    /// <summary>Recurrent layers.</summary>
    public int Layers => _slices.Count;

    internal RecurrentModel Model { get; }

    internal AlignedBuffer Buffer { get; }

    /// <summary>The state of a layer in the order of its units, [units]; what is written here is what the next pass starts from.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public Span<float> Layer(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Layers);
        return Buffer.Span.Slice(_slices[index].Offset, _slices[index].Units);
    }

    /// <summary>Back to zeros, the start of a sequence.</summary>
    public void Reset() => Buffer.Span.Clear();

    public void Dispose() => Buffer.Dispose();
}

/// <summary>Where a layer's state lies in a session's.</summary>
internal readonly record struct StateSlice(int Offset, int Units);
