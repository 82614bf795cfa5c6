using EdgeRnn.Kernels;

namespace EdgeRnn.Runtime.Models.Running;

/// <summary>One vector of a stream's state.</summary>
/// <param name="Name">One of the constants of <see cref="StatePart"/>.</param>
/// <param name="Layer">The index of the recurrent layer, from 0.</param>
/// <param name="Size">Number of values.</param>
internal sealed record StatePart(string Name, int Layer, int Size)
{
    /// <summary>The state of every recurrent layer: the cell state c of SRU and QRNN, the hidden state h of all others.</summary>
    public const string State = "state";

    /// <summary>The cell state c of an LSTM; its <see cref="State"/> is h.</summary>
    public const string Cell = "cell";

    /// <summary>The last input of a QRNN with a window of 2.</summary>
    public const string PreviousInput = "prev_x";

    /// <summary>Offset in the state's buffer, in floats.</summary>
    internal int Offset { get; init; }
}

/// <summary>
/// What one stream carries from frame to frame: the vectors of all recurrent layers. Belongs to the model that created it.
/// </summary>
internal sealed class RecurrentState : IDisposable
{
    internal RecurrentState(RecurrentModel model, IReadOnlyList<StatePart> parts)
    {
        Model = model;
        Parts = parts;
        Buffer = new AlignedBuffer(parts.Sum(part => LanePadding.Pad(part.Size)));
    }

    /// <summary>The vectors, layer by layer.</summary>
    public IReadOnlyList<StatePart> Parts { get; }

    internal RecurrentModel Model { get; }

    internal AlignedBuffer Buffer { get; }

    /// <summary>The values of <see cref="Parts"/>[index], in logical order. The next pass starts from what is written here.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part.</exception>
    public Span<float> Part(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Parts.Count);
        return Buffer.Span.Slice(Parts[index].Offset, Parts[index].Size);
    }

    /// <summary>Sets the state to zeros, the start of a sequence.</summary>
    public void Reset() => Buffer.Span.Clear();

    public void Dispose() => Buffer.Dispose();
}
