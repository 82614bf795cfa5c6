namespace EdgeRnn.Kernels.Sharing;

/// <summary>Which layers are worth sharing, and how much memory a share for them takes.</summary>
internal sealed class ShareLimits
{
    /// <summary>
    /// The default for the multiply-adds per lane that make a layer worth sharing: 20 µs of a core that does two per cycle. Handing over
    /// results costs below 1 µs per claim, but waking a thread up to 25 µs, so shorter layers would be over before help arrives.
    /// </summary>
    public const long MinWork = 150_000;

    /// <summary>
    /// A claim is small enough for the owner to compute a late one itself, and large enough that the recurrences of its panels run
    /// interleaved.
    /// </summary>
    public const int MaxChunksPerClaim = GateGemm.GroupPanels;

    // A pass that reads its weights for one frame takes as long as one for this many: memory is the limit.
    private const int MinColumns = 4;

    // Bounds the memory: 0.75 MiB per helper with the default limit of 256 frames, plus the copy of the states.
    private const int MaxHelpers = 7;

    // Claims become smaller, so a helper can complete two while the owner computes one, with a result of its own still to be collected.
    // Without a third slot it would find none and go to sleep before the pass has ended.
    private const int SlotsPerHelper = 3;

    private readonly long _minWork;

    public ShareLimits(IReadOnlyCollection<GateLayer> layers, int maxFrames, long minWork)
    {
        _minWork = minWork;
        MaxFrames = maxFrames;
        MaxChunks = layers.Max(layer => layer.Chunks);
        SlotLength = layers.Max(layer => SlotLengthOf(layer, maxFrames));
        StatesLength = layers.Max(layer => StatesLengthOf(layer, maxFrames));
    }

    public int MaxFrames { get; }

    public int MaxChunks { get; }

    /// <summary>Floats of a slot: outputs of a claim, then its states.</summary>
    public int SlotLength { get; }

    /// <summary>Floats of a slot for outputs.</summary>
    public int SlotOutputsLength => SlotLength - ClaimLength(MaxFrames);

    /// <summary>Floats for the copy of the states of all sessions in a pass.</summary>
    public int StatesLength { get; }

    public static int Slots(int helpers) => SlotsPerHelper * Math.Min(helpers, MaxHelpers);

    /// <summary>Floats from one session's copied state to the next one's.</summary>
    public static int StatesStride(GateLayer layer) => LanePadding.Pad(layer.Units);

    public static bool IsWorthwhile(GateLayer layer, int frames, long minWork) =>
        layer.Chunks <= PanelClaims.MaxChunks && layer.WorkPerFrame * Math.Max(frames, MinColumns) >= minWork;

    public bool IsWorthwhile(GateLayer layer, int frames) => IsWorthwhile(layer, frames, _minWork);

    /// <summary>Whether the memory is large enough for a pass through a layer.</summary>
    public bool Fits(GateLayer layer, int frames) =>
        layer.Chunks <= MaxChunks && frames <= MaxFrames
            && SlotLengthOf(layer, MaxFrames) <= SlotLength && StatesLengthOf(layer, frames) <= StatesLength;

    /// <summary>Floats for one value per unit of a claim and frame.</summary>
    private static int ClaimLength(int frames) => checked(MaxChunksPerClaim * LanePadding.Units * frames);

    private static int SlotLengthOf(GateLayer layer, int frames) => checked((layer.Planes + 1) * ClaimLength(frames));

    private static int StatesLengthOf(GateLayer layer, int segments) => checked(segments * StatesStride(layer));
}
