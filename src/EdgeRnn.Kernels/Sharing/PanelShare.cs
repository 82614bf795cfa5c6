namespace EdgeRnn.Kernels.Sharing;

/// <summary>
/// Lets other threads compute panels of the layer that a pass is in. A helper begins with a copy of the states and writes into memory of
/// the share; the pass's own thread takes over outputs and states. So it owns both alone, waits for nobody (a claim that is late it
/// computes itself, and the late results are dropped), and the bits are the same whoever computed them. Belongs to one thread's passes
/// at a time.
/// </summary>
public sealed unsafe class PanelShare : IDisposable
{
    // A layer is offered from so many multiply-adds per lane on, 20 µs of a core that does two per cycle and more at any other. Handing
    // results over costs below 1 µs per claim, but waking a thread costs up to 25 µs, and what is shorter is over before it has come.
    private const long MinWork = 150_000;

    // A pass that reads its weights for one frame is as slow as one for this many: memory is the limit.
    private const int MinColumns = 4;

    // Claims are small enough for the owner to compute a late one itself, and large enough that the recurrences of a claim's panels run
    // side by side.
    private const int MaxRunsPerClaim = GateGemm.GroupPanels;

    // Bounds the memory, 0.75 MiB per helper with the default limit of 256 frames, beside the copy of the states.
    private const int MaxHelpers = 7;

    // Claims become smaller: a helper ends two while the owner is in one, and its last result may still wait. Without room for a third it
    // would go to sleep before the pass has ended.
    private const int SlotsPerHelper = 3;

    private readonly IPanelHelpers _helpers;
    private readonly PanelSlot[] _slots;
    private readonly AlignedBuffer _results, _states;
    private readonly int[] _segmentFrames;
    private readonly int _slotLength;
    private readonly bool[] _finished;
    private readonly long _leastWork;

    private PanelOffer _offer;
    private OwnLine _claims, _unfinished;

    private PanelShare(IPanelHelpers helpers, IReadOnlyCollection<GateLayer> layers, int maxFrames, long minWork)
    {
        _helpers = helpers;
        _leastWork = minWork;
        _slotLength = layers.Max(layer => SlotLength(layer, maxFrames));
        _finished = new bool[layers.Max(layer => layer.Runs)];
        _segmentFrames = new int[maxFrames];
        _states = new AlignedBuffer(layers.Max(layer => StatesLength(layer, maxFrames)));
        int slots = SlotsPerHelper * Math.Min(helpers.Count, MaxHelpers);
        _results = new AlignedBuffer(checked(slots * _slotLength));
        nint outputsLength = _slotLength - ClaimLength(maxFrames);
        _slots = new PanelSlot[slots];
        for (int i = 0; i < slots; i++)
        {
            float* outputs = _results.Pointer + (nint)i * _slotLength;
            _slots[i] = new PanelSlot(outputs, outputs + outputsLength, maxFrames);
        }
    }

    /// <summary>Runs of the offer whose outputs are not written yet. This and all below is for the pass's own thread.</summary>
    internal int Unfinished => (int)_unfinished.Value;

    private PanelClaims Claims => PanelClaims.FromWord(Volatile.Read(ref _claims.Value));

    /// <summary>A share for passes through these layers, or none where no layer is worth it.</summary>
    /// <param name="maxFrames">The most frames in a pass.</param>
    /// <exception cref="OverflowException">Its memory would exceed 2^31 floats.</exception>
    public static PanelShare? Create(IEnumerable<GateLayer> layers, int maxFrames, IPanelHelpers helpers) =>
        Create(layers, maxFrames, helpers, MinWork);

    internal static PanelShare? Create(IEnumerable<GateLayer> layers, int maxFrames, IPanelHelpers helpers, long minWork)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFrames, 1);
        ArgumentNullException.ThrowIfNull(helpers);
        GateLayer[] worthwhile = [.. layers.Where(layer => IsWorthwhile(layer, maxFrames, minWork))];
        if (worthwhile.Length == 0)
            return null;
        return new PanelShare(helpers, worthwhile, maxFrames, minWork);
    }

    /// <summary>Whether there are unclaimed panels.</summary>
    public bool HasClaims => Claims.Left > 0;

    /// <summary>Whether other threads computed panels of the last offer that has ended. For the pass's own thread.</summary>
    public bool WasHelped { get; private set; }

    /// <summary>Computes some panels if any are unclaimed. Every thread may call it, at any time before <see cref="Dispose"/>.</summary>
    /// <returns>False if there was nothing to claim.</returns>
    public bool TryHelp()
    {
        if (!HasClaims)
            return false;
        foreach (PanelSlot slot in _slots)
        {
            if (slot.TryTake())
                return TryFill(slot);
        }

        return false;
    }

    /// <summary>Frees the memory; no thread may be in <see cref="TryHelp"/>.</summary>
    public void Dispose()
    {
        _results.Dispose();
        _states.Dispose();
    }

    /// <summary>Whether a layer's pass takes long enough.</summary>
    internal bool IsWorthwhile(GateLayer layer, int frames) => IsWorthwhile(layer, frames, _leastWork);

    /// <summary>Whether the share's memory is large enough for a layer.</summary>
    internal bool Fits(GateLayer layer, int frames) =>
        layer.Runs <= _finished.Length && frames <= _segmentFrames.Length
            && SlotLength(layer, _segmentFrames.Length) <= _slotLength && StatesLength(layer, frames) <= _states.Length;

    /// <summary>Offers all panels of a pass through a layer.</summary>
    /// <param name="hasState">Whether units carry a state through the panels.</param>
    internal void Open(GateLayer layer, in Pass pass, bool hasState)
    {
        GiveBackStale();
        int runs = layer.Runs;
        _finished.AsSpan(0, runs).Clear();
        _unfinished.Value = runs;
        for (int i = 0; i < pass.Segments.Length; i++)
        {
            _segmentFrames[i] = pass.Segments[i].Frames;
            if (!hasState)
                continue;
            int stride = StatesStride(layer);
            new ReadOnlySpan<float>(pass.StateOf(i), stride).CopyTo(_states.Span[(i * stride)..]);
        }

        _offer = new PanelOffer(
            layer, pass.Frames, (nint)pass.Inputs, (nint)pass.FrameScales, (nint)pass.Skip, pass.SkipStride, hasState,
            pass.Segments.Length);
        // A full fence: who is told below, or reads the claims, finds the offer.
        Interlocked.Exchange(ref _claims.Value, new PanelClaims(Claims.Offer + 1, 0, runs).Word);
        _helpers.Invite(this);
        WasHelped = false;
    }

    /// <summary>Ends the offer: nobody claims any more. A helper may still be at work, for nobody.</summary>
    internal void Close()
    {
        // Counted, and a full fence: who has copied states and reads the same number afterwards has not read those of the next offer.
        Interlocked.Exchange(ref _claims.Value, new PanelClaims(Claims.Offer + 1, 0, 0).Word);
        _offer = default;
    }

    /// <summary>Claims the runs [first, end) for the pass's own thread.</summary>
    internal bool TryClaim(out int first, out int end)
    {
        while (true)
        {
            PanelClaims claims = Claims;
            first = claims.First;
            end = first + claims.Part(MaxRunsPerClaim);
            if (claims.Left == 0)
                return false;
            if (TrySwap(claims, claims with { First = end }))
                return true;
        }
    }

    /// <summary>A filled slot of this offer, or null.</summary>
    internal PanelSlot? Filled()
    {
        uint offer = Claims.Offer;
        foreach (PanelSlot slot in _slots)
        {
            if (!slot.IsFilled || slot.Offer != offer)
                continue;
            WasHelped = true;
            return slot;
        }

        return null;
    }

    /// <summary>Notes that a run's outputs are written or about to be.</summary>
    /// <returns>False if it was noted before.</returns>
    internal bool TryFinish(int run)
    {
        if (_finished[run])
            return false;
        _unfinished.Value--;
        return _finished[run] = true;
    }

    internal bool IsFinished(int run) => _finished[run];

    private static bool IsWorthwhile(GateLayer layer, int frames, long minWork) =>
        layer.Runs <= PanelClaims.MaxRuns && layer.WorkPerFrame * Math.Max(frames, MinColumns) >= minWork;

    /// <summary>Floats that one value for each unit of a claim takes.</summary>
    private static int ClaimLength(int frames) => checked(MaxRunsPerClaim * LanePadding.Units * frames);

    private static int SlotLength(GateLayer layer, int frames) => checked((layer.Planes + 1) * ClaimLength(frames));

    private static int StatesStride(GateLayer layer) => LanePadding.Pad(layer.Units);

    private static int StatesLength(GateLayer layer, int segments) => checked(segments * StatesStride(layer));

    private bool TrySwap(PanelClaims from, PanelClaims to) =>
        Interlocked.CompareExchange(ref _claims.Value, to.Word, from.Word) == from.Word;

    private void GiveBackStale()
    {
        foreach (PanelSlot slot in _slots)
        {
            if (slot.IsFilled)
                slot.GiveBack();
        }
    }

    private bool TryFill(PanelSlot slot)
    {
        bool filled = false;
        PanelClaims claims = Claims;
        // May be a later one, or mixed of two: then the claim fails.
        PanelOffer offer = _offer;
        if (offer.Layer is { } layer && layer.TryEnter())
        {
            try
            {
                int first = claims.End - claims.Part(MaxRunsPerClaim);
                if (claims.Left > 0 && TrySwap(claims, claims with { End = first }) && TryCopySegments(claims, first, offer, slot))
                {
                    layer.RunPanels(first, claims.End, offer, slot);
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

        if (!filled)
            slot.GiveBack();
        return filled;
    }

    /// <returns>False if the offer has ended meanwhile: then the copy may be of a later one, or mixed of two.</returns>
    private bool TryCopySegments(PanelClaims claims, int first, PanelOffer offer, PanelSlot slot)
    {
        int unit = first * LanePadding.Units, width = (claims.End - first) * LanePadding.Units;
        for (int i = 0; i < offer.Segments; i++)
        {
            slot.Segments[i] = new Segment(null!, _segmentFrames[i]);
            if (!offer.HasState)
                continue;
            _states.Span.Slice(i * StatesStride(offer.Layer) + unit, width).CopyTo(new Span<float>(slot.States + (nint)i * width, width));
        }

        Interlocked.MemoryBarrier();
        return Claims.Offer == claims.Offer;
    }
}
