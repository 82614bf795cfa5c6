using EdgeRnn.Kernels;

namespace EdgeRnn.Runtime.Models.Running;

/// <summary>One vector of a stream's state.</summary>
/// <param name="Name">What it is, see <see cref="StatePart"/>'s constants.</param>
/// <param name="Layer">Which recurrent layer's, from 0.</param>
/// <param name="Size">Values in it.</param>
internal sealed record StatePart(string Name, int Layer, int Size)
{
    /// <summary>What every recurrent layer has: the cell state c of SRU and QRNN, the hidden state h of the others.</summary>
    public const string State = "state";

    /// <summary>The cell state c of an LSTM, whose <see cref="State"/> is h.</summary>
    public const string Cell = "cell";

    /// <summary>The last input of a QRNN with a window of 2.</summary>
    public const string PreviousInput = "prev_x";

    /// <summary>Where it lies in a session's state.</summary>
    internal int Offset { get; init; }
}

/// <summary>
/// What one stream carries from frame to frame: the vectors of all recurrent layers. Belongs to the model that made it.
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

    /// <summary>The values of <see cref="Parts"/>[index] in their order; what is written here is what the next pass starts from.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part.</exception>
    public Span<float> Part(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Parts.Count);
        return Buffer.Span.Slice(Parts[index].Offset, Parts[index].Size);
    }

    /// <summary>Back to zeros, the start of a sequence.</summary>
    public void Reset() => Buffer.Span.Clear();

    public void Dispose() => Buffer.Dispose();
}
