namespace EdgeRnn.Kernels.Sharing;

/// <summary>
/// Memory for the results of one claim: free, taken by a helper, filled by it, and released by the owner. A helper that is preempted
/// keeps its slot, so what it writes late goes to no other claim.
/// </summary>
/// <param name="outputs">[frame][plane][unit of the claim]</param>
/// <param name="states">[segment][unit of the claim]</param>
/// <param name="maxSegments">The maximum number of segments in a pass.</param>
internal sealed unsafe class PanelSlot(float* outputs, float* states, int maxSegments)
{
    private const long Free = 0, Taken = 1, Filled = 2;

    private OwnLine _status;

    public float* Outputs => outputs;

    public float* States => states;

    /// <summary>The helper's copy of the pass's segments, without their states.</summary>
    public Segment[] Segments { get; } = new Segment[maxSegments];

    /// <summary>The number of the offer that the results belong to.</summary>
    public uint Offer { get; private set; }

    /// <summary>The results are those of the chunks [First, End).</summary>
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

    public void Release() => Volatile.Write(ref _status.Value, Free);
}
