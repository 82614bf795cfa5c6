namespace EdgeRnn.Kernels.Sharing;

/// <summary>
/// Room for the results of one claim. A helper takes it, fills it and hands it over; only the pass's own thread gives it back. So a helper
/// that lost its core in the middle keeps its slot, and what it writes later reaches nobody.
/// </summary>
/// <param name="outputs">Room for [frame][plane][unit of the claim].</param>
/// <param name="states">Room for [segment][unit of the claim].</param>
/// <param name="maxSegments">In a pass.</param>
internal sealed unsafe class PanelSlot(float* outputs, float* states, int maxSegments)
{
    private const long Free = 0, Taken = 1, Filled = 2;

    private OwnLine _status;

    public float* Outputs => outputs;

    public float* States => states;

    /// <summary>The helper's copy of how the pass's frames are divided among sessions, without their states.</summary>
    public Segment[] Segments { get; } = new Segment[maxSegments];

    /// <summary>The offer to which the results belong, and which of its runs they are: [<see cref="First"/>, <see cref="End"/>).</summary>
    public uint Offer { get; private set; }
    public int First { get; private set; }
    public int End { get; private set; }

    public bool IsFilled => Volatile.Read(ref _status.Value) == Filled;

    public bool TryTake() =>
        Volatile.Read(ref _status.Value) == Free && Interlocked.CompareExchange(ref _status.Value, Taken, Free) == Free;

    public void Fill(uint offer, int first, int end)
    {
        Offer = offer;
        First = first;
        End = end;
        Volatile.Write(ref _status.Value, Filled);
    }

    public void GiveBack() => Volatile.Write(ref _status.Value, Free);
}
