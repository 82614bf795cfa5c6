namespace EdgeRnn.Kernels.Sharing;

/// <summary>
/// Lets other threads, the helpers, compute panels of the layer that a pass is in. The thread that runs the pass is the owner; a share
/// belongs to the passes of one thread at a time.
/// <list type="number">
/// <item>The owner offers the layer's panels (<see cref="Open"/>) and copies the states.</item>
/// <item>Owner and helpers claim chunks of panels, each claim one compare-and-swap of <see cref="PanelClaims"/>.</item>
/// <item>A helper computes its claim from the copied states into a <see cref="PanelSlot"/>, and never writes to memory of the pass.</item>
/// <item>The owner copies outputs and states from filled slots. It does not wait for a late helper, but computes the claim itself and
/// drops the late results.</item>
/// </list>
/// The bits are the same whichever thread computes a panel.
/// </summary>
internal sealed unsafe class PanelShare : IDisposable
{
    private readonly IPanelHelpers _helpers;
    private readonly ShareLimits _limits;
    private readonly PanelSlots _slots;
    private readonly AlignedBuffer _states;
    private readonly int[] _segmentFrames;
    private readonly bool[] _finished;

    private PanelOffer _offer;
    private OwnLine _claims, _unfinished;

    private PanelShare(IPanelHelpers helpers, ShareLimits limits)
    {
        _helpers = helpers;
        _limits = limits;
        _finished = new bool[limits.MaxChunks];
        _segmentFrames = new int[limits.MaxFrames];
        _states = new AlignedBuffer(limits.StatesLength);
        _slots = new PanelSlots(helpers.Count, limits);
    }

    /// <summary>Whether there are unclaimed panels.</summary>
    public bool HasUnclaimed => Claims.Left > 0;

    /// <summary>Whether other threads computed panels of the last offer that has ended. Only for the owner.</summary>
    public bool WasHelped { get; private set; }

    /// <summary>Chunks of the offer that are not finished yet. Only for the owner.</summary>
    internal int Unfinished => (int)_unfinished.Value;

    private PanelClaims Claims => PanelClaims.FromWord(Volatile.Read(ref _claims.Value));

    /// <summary>Creates a share for passes through these layers; null if none is worth sharing.</summary>
    /// <param name="maxFrames">The maximum number of frames in a pass, at least 1.</param>
    /// <exception cref="OverflowException">Its memory would exceed 2^31 floats.</exception>
    public static PanelShare? Create(IEnumerable<GateLayer> layers, int maxFrames, IPanelHelpers helpers) =>
        Create(layers, maxFrames, helpers, ShareLimits.MinWork);

    internal static PanelShare? Create(IEnumerable<GateLayer> layers, int maxFrames, IPanelHelpers helpers, long minWork)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFrames, 1);
        ArgumentNullException.ThrowIfNull(helpers);
        GateLayer[] worthwhile = [.. layers.Where(layer => ShareLimits.IsWorthwhile(layer, maxFrames, minWork))];
        if (worthwhile.Length == 0)
            return null;
        return new PanelShare(helpers, new ShareLimits(worthwhile, maxFrames, minWork));
    }

    /// <summary>Claims and computes some panels. Any thread may call it at any time before <see cref="Dispose"/>.</summary>
    /// <returns>False if there was nothing to claim.</returns>
    public bool TryHelp() => HasUnclaimed && _slots.TryTake() is { } slot && TryFill(slot);

    /// <summary>Frees the memory; no thread may be in <see cref="TryHelp"/>.</summary>
    public void Dispose()
    {
        _slots.Dispose();
        _states.Dispose();
    }

    /// <summary>Whether a pass through a layer takes long enough to be shared.</summary>
    internal bool IsWorthwhile(GateLayer layer, int frames) => _limits.IsWorthwhile(layer, frames);

    /// <summary>Whether the share's memory is large enough for a pass through a layer.</summary>
    internal bool Fits(GateLayer layer, int frames) => _limits.Fits(layer, frames);

    /// <summary>Offers all panels of a pass through a layer.</summary>
    /// <param name="hasState">Whether units carry a state through the gate product's epilogue.</param>
    internal void Open(GateLayer layer, in Pass pass, bool hasState)
    {
        _slots.ReleaseFilled();
        int chunks = layer.Chunks;
        _finished.AsSpan(0, chunks).Clear();
        _unfinished.Value = chunks;
        for (int i = 0; i < pass.Segments.Length; i++)
        {
            _segmentFrames[i] = pass.Segments[i].Frames;
            if (!hasState)
                continue;
            int stride = ShareLimits.StatesStride(layer);
            new ReadOnlySpan<float>(pass.StateOf(i), stride).CopyTo(_states.Span[(i * stride)..]);
        }

        _offer = new PanelOffer(
            layer, pass.Frames, (nint)pass.Inputs, (nint)pass.FrameScales, (nint)pass.Skip, pass.SkipStride, hasState,
            pass.Segments.Length);
        // Publishes the offer with a full fence: a thread that reads the claims, or is invited below, sees the offer and the states.
        Interlocked.Exchange(ref _claims.Value, new PanelClaims(Claims.Offer + 1, 0, chunks).Word);
        _helpers.Invite(this);
        WasHelped = false;
    }

    /// <summary>Ends the offer: nothing can be claimed any more. A helper may still be computing; its results will be dropped.</summary>
    internal void Close()
    {
        // A seqlock: the offer number changes, with a full fence, before the next offer's states are written (TryCopySegments reads).
        Interlocked.Exchange(ref _claims.Value, new PanelClaims(Claims.Offer + 1, 0, 0).Word);
        _offer = default;
    }

    /// <summary>Claims the chunks [first, end) for the owner.</summary>
    internal bool TryClaim(out int first, out int end)
    {
        while (true)
        {
            PanelClaims claims = Claims;
            first = claims.First;
            end = first + claims.NextCount(ShareLimits.MaxChunksPerClaim);
            if (claims.Left == 0)
                return false;
            if (TrySwap(claims, claims with { First = end }))
                return true;
        }
    }

    /// <summary>A slot with results of the current offer, or null. Only for the owner.</summary>
    internal PanelSlot? FindFilled()
    {
        PanelSlot? slot = _slots.FindFilled(Claims.Offer);
        WasHelped |= slot is not null;
        return slot;
    }

    /// <summary>Marks a chunk as finished: its outputs are written, or the owner is about to write them. Only for the owner.</summary>
    /// <returns>False if it was finished before.</returns>
    internal bool TryFinish(int chunk)
    {
        if (_finished[chunk])
            return false;
        _unfinished.Value--;
        return _finished[chunk] = true;
    }

    internal bool IsFinished(int chunk) => _finished[chunk];

    private bool TrySwap(PanelClaims from, PanelClaims to) =>
        Interlocked.CompareExchange(ref _claims.Value, to.Word, from.Word) == from.Word;

    private bool TryFill(PanelSlot slot)
    {
        bool filled = false;
        PanelClaims claims = Claims;
        // May be torn, or of a later offer than the claims: then the swap below fails.
        PanelOffer offer = _offer;
        if (offer.Layer is { } layer && layer.TryAddReference())
        {
            try
            {
                int first = claims.End - claims.NextCount(ShareLimits.MaxChunksPerClaim);
                if (claims.Left > 0 && TrySwap(claims, claims with { End = first }) && TryCopySegments(claims, first, offer, slot))
                {
                    layer.RunChunks(first, claims.End, offer, slot);
                    slot.Fill(claims.Offer, first, claims.End);
                    filled = true;
                }
            }
            catch (Exception)
            {
                // The owner computes this claim itself. It meets the same fault, which then ends the pass.
            }
            finally
            {
                layer.Release();
            }
        }

        if (!filled)
            slot.Release();
        return filled;
    }

    /// <summary>The reading side of the seqlock: copies segments and states, and checks that the offer number has not changed.</summary>
    /// <returns>False if the offer has ended; then the copy may be torn.</returns>
    private bool TryCopySegments(PanelClaims claims, int first, PanelOffer offer, PanelSlot slot)
    {
        int unit = first * LanePadding.Units, width = (claims.End - first) * LanePadding.Units;
        for (int i = 0; i < offer.Segments; i++)
        {
            slot.Segments[i] = new Segment(null!, _segmentFrames[i]);
            if (!offer.HasState)
                continue;
            _states.Span.Slice(i * ShareLimits.StatesStride(offer.Layer) + unit, width)
                .CopyTo(new Span<float>(slot.States + (nint)i * width, width));
        }

        Interlocked.MemoryBarrier();
        return Claims.Offer == claims.Offer;
    }
}
