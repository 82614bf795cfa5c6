namespace EdgeRnn.Kernels.Sharing;

/// <summary>
/// The unclaimed chunks of an offer, [<paramref name="First"/>, <paramref name="End"/>), in one word, so that a claim is one
/// compare-and-swap. The owner claims from the front, because its tiles prefetch the next panel; helpers claim from the end.
/// </summary>
/// <param name="Offer">The number of the offer, so that a thread that has read an earlier one cannot claim from a later one.</param>
internal readonly record struct PanelClaims(uint Offer, int First, int End)
{
    /// <summary>The maximum of <see cref="First"/> and <see cref="End"/> that fits in the word.</summary>
    public const int MaxChunks = ushort.MaxValue;

    public int Left => End - First;

    public long Word => (long)Offer << 32 | (long)First << 16 | (uint)End;

    public static PanelClaims FromWord(long word) => new((uint)(word >> 32), (ushort)(word >> 16), (ushort)word);

    /// <summary>The number of chunks to claim next: fewer towards the end, so that all threads end at about the same time.</summary>
    public int NextCount(int max) => Math.Clamp(Left / 3, 1, max);
}
