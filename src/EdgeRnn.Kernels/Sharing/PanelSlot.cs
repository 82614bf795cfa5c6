namespace EdgeRnn.Kernels;

/// <summary>
/// Room for the sums of one claim. A helper takes it, fills it and hands it over; only the pass's own thread gives it back. So a helper
/// that lost its core in the middle keeps its slot, and what it writes later reaches nobody.
/// </summary>
internal sealed class PanelSlot(int offset)
{
    private const int Free = 0, Taken = 1, Filled = 2;

    private int _status;

    /// <summary>Where the sums lie in the share's memory.</summary>
    public int Offset => offset;

    /// <summary>The offer to which the sums belong, and which of its runs they are: [<see cref="First"/>, <see cref="End"/>).</summary>
    public uint Offer { get; private set; }
    public int First { get; private set; }
    public int End { get; private set; }

    public bool IsFilled => Volatile.Read(ref _status) == Filled;

    public bool TryTake() => Volatile.Read(ref _status) == Free && Interlocked.CompareExchange(ref _status, Taken, Free) == Free;

    public void Fill(uint offer, int first, int end)
    {
        (Offer, First, End) = (offer, first, end);
        Volatile.Write(ref _status, Filled);
    }

    public void GiveBack() => Volatile.Write(ref _status, Free);
}
