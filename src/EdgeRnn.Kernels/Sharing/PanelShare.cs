namespace EdgeRnn.Kernels;

/// <summary>
/// Lets other threads compute panels of the layer that a pass is in. A helper multiplies, into memory of the share; the pass's own thread
/// takes the sums through the cell. So it owns states and outputs alone, waits for nobody (a claim that is late it computes itself, and
/// the late sums are dropped), and the bits are the same whoever computed them. Belongs to one thread's passes at a time.
/// </summary>
public sealed unsafe class PanelShare : IDisposable
{
    // A layer is offered from so many multiply-adds per lane on, 20 µs of a core that does two per cycle and more at any other. Handing
    // sums over costs below 1 µs per claim, but waking a thread costs up to 25 µs, and what is shorter is over before it has come.
    private const long LeastWork = 150_000;

    // A pass that reads its weights for one frame is as slow as one for this many: memory is the limit.
    private const int LeastColumns = 4;

    // Claims are small enough for the owner to compute a late one itself, and large enough that the recurrences of a claim's panels run
    // side by side.
    private const int MostRunsPerClaim = GateGemm.GroupPanels;

    // Bounds the memory, below 1 MiB per helper with the default limit of 256 frames; the cells stay with the owner anyway.
    private const int MostHelpers = 7;

    private readonly IPanelHelpers _helpers;
    private readonly PanelSlot[] _slots;
    private readonly AlignedBuffer _sums;
    private readonly int _slotLength;
    private readonly bool[] _finished;
    private readonly long _leastWork;

    private PanelProduct _product;
    private long _claims;

    private PanelShare(IPanelHelpers helpers, int mostRuns, int slotLength, long leastWork)
    {
        int claimants = Math.Min(helpers.Count, MostHelpers);
        (_helpers, _slotLength, _leastWork) = (helpers, slotLength, leastWork);
        // Each helper fills one while its last waits for the owner.
        _slots = [.. Enumerable.Range(0, 2 * claimants).Select(i => new PanelSlot(i * slotLength))];
        _sums = new AlignedBuffer(checked(_slots.Length * slotLength));
        _finished = new bool[mostRuns];
    }

    /// <summary>Runs of the offer whose outputs are not written yet. This and all below is for the pass's own thread.</summary>
    internal int Unfinished { get; private set; }

    private PanelClaims Claims => PanelClaims.FromWord(Volatile.Read(ref _claims));

    /// <summary>A share for passes through these layers, or none where no layer is worth it.</summary>
    /// <param name="maxFrames">The most frames in a pass.</param>
    /// <exception cref="OverflowException">Its memory would exceed 2^31 floats.</exception>
    public static PanelShare? Create(IEnumerable<GateLayer> layers, int maxFrames, IPanelHelpers helpers)
        => Create(layers, maxFrames, helpers, LeastWork);

    internal static PanelShare? Create(IEnumerable<GateLayer> layers, int maxFrames, IPanelHelpers helpers, long leastWork)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFrames, 1);
        ArgumentNullException.ThrowIfNull(helpers);
        GateLayer[] worthwhile = [.. layers.Where(layer => IsWorthwhile(layer, maxFrames, leastWork))];
        if (worthwhile.Length == 0) return null;
        return new PanelShare(
            helpers, worthwhile.Max(layer => layer.Runs), worthwhile.Max(layer => SlotLength(layer, maxFrames)), leastWork);
    }

    /// <summary>Whether there are unclaimed panels.</summary>
    public bool HasClaims => Claims.Left > 0;

    /// <summary>Whether other threads computed panels of the last offer that has ended. For the pass's own thread.</summary>
    public bool WasHelped { get; private set; }

    /// <summary>Computes some panels if any are unclaimed. Every thread may call it, at any time before <see cref="Dispose"/>.</summary>
    /// <returns>False if there was nothing to claim.</returns>
    public bool TryHelp()
    {
        if (!HasClaims) return false;
        foreach (PanelSlot slot in _slots)
        {
            if (slot.TryTake()) return TryFill(slot);
        }
        return false;
    }

    /// <summary>Frees the memory; no thread may be in <see cref="TryHelp"/>.</summary>
    public void Dispose() => _sums.Dispose();

    /// <summary>Whether a layer's pass takes long enough.</summary>
    internal bool IsWorthwhile(GateLayer layer, int frames) => IsWorthwhile(layer, frames, _leastWork);

    /// <summary>Whether the share's memory is large enough for a layer.</summary>
    internal bool Fits(GateLayer layer, int frames) => layer.Runs <= _finished.Length && SlotLength(layer, frames) <= _slotLength;

    /// <summary>Offers all panels of a product.</summary>
    internal void Open(PanelProduct product)
    {
        GiveBackStale();
        int runs = product.Layer.Runs;
        _finished.AsSpan(0, runs).Clear();
        Unfinished = runs;
        _product = product;
        // A full fence: who is told below, or reads the claims, finds the product.
        Interlocked.Exchange(ref _claims, new PanelClaims(Claims.Offer + 1, 0, runs).Word);
        _helpers.Invite(this);
        WasHelped = false;
    }

    /// <summary>Ends the offer: nobody claims any more. A helper may still be at work, for nobody.</summary>
    internal void Close()
    {
        Interlocked.Exchange(ref _claims, new PanelClaims(Claims.Offer, 0, 0).Word);
        _product = default;
    }

    /// <summary>Claims the runs [first, end) for the pass's own thread.</summary>
    internal bool TryClaim(out int first, out int end)
    {
        while (true)
        {
            PanelClaims claims = Claims;
            first = claims.First;
            end = first + claims.Part(MostRunsPerClaim);
            if (claims.Left == 0) return false;
            if (TrySwap(claims, claims with { First = end })) return true;
        }
    }

    /// <summary>A filled slot of this offer, or null.</summary>
    internal PanelSlot? Filled()
    {
        uint offer = Claims.Offer;
        foreach (PanelSlot slot in _slots)
        {
            if (!slot.IsFilled || slot.Offer != offer) continue;
            WasHelped = true;
            return slot;
        }
        return null;
    }

    internal float* SumsOf(PanelSlot slot) => _sums.Pointer + slot.Offset;

    /// <summary>Notes that a run's outputs are written or about to be.</summary>
    /// <returns>False if it was noted before.</returns>
    internal bool TryFinish(int run)
    {
        if (_finished[run]) return false;
        Unfinished--;
        return _finished[run] = true;
    }

    internal bool IsFinished(int run) => _finished[run];

    private static bool IsWorthwhile(GateLayer layer, int frames, long leastWork)
        => layer.Runs <= PanelClaims.MostRuns && layer.WorkPerFrame * Math.Max(frames, LeastColumns) >= leastWork;

    private static int SlotLength(GateLayer layer, int frames)
        => checked(Math.Min(MostRunsPerClaim, layer.Runs) * layer.Gates * LanePadding.Units * frames);

    private bool TrySwap(PanelClaims from, PanelClaims to) => Interlocked.CompareExchange(ref _claims, to.Word, from.Word) == from.Word;

    private void GiveBackStale()
    {
        foreach (PanelSlot slot in _slots)
        {
            if (slot.IsFilled) slot.GiveBack();
        }
    }

    private bool TryFill(PanelSlot slot)
    {
        bool filled = false;
        PanelClaims claims = Claims;
        // May be of a later offer, or mixed of two: then the claim fails.
        PanelProduct product = _product;
        if (product.Layer is { } layer && layer.TryEnter())
        {
            try
            {
                int first = claims.End - claims.Part(MostRunsPerClaim);
                if (claims.Left > 0 && TrySwap(claims, claims with { End = first }))
                {
                    layer.MultiplyRuns(first, claims.End, product, SumsOf(slot));
                    slot.Fill(claims.Offer, first, claims.End);
                    filled = true;
                }
            }
            catch (Exception)
            {
                // The pass's own thread computes these panels itself, meets the same fault, and there it is the pass's.
            }
            finally
            {
                layer.Leave();
            }
        }
        if (!filled) slot.GiveBack();
        return filled;
    }
}

/// <summary>What helpers need to multiply a layer's panels with a pass's frames.</summary>
/// <param name="Inputs">The packed frames. They stay allocated as long as the share, for helpers that are late.</param>
/// <param name="FrameScales">As <see cref="Pass.FrameScales"/>.</param>
internal readonly unsafe record struct PanelProduct(GateLayer Layer, nint Inputs, nint FrameScales, int Frames);
