namespace EdgeRnn.Kernels.Sharing;

/// <summary>
/// Which runs of panels of an offer nobody has claimed: [<paramref name="First"/>, <paramref name="End"/>). It is kept in one word, so that
/// a claim is one compare-and-swap. The pass's own thread claims from the front, because its tiles prefetch the next panel; helpers
/// claim from the end.
/// </summary>
/// <param name="Offer">Counts the offers, so that who has read an earlier one cannot claim from a later one.</param>
internal readonly record struct PanelClaims(uint Offer, int First, int End)
{
    /// <summary>What its part of the word can count.</summary>
    public const int MaxRuns = ushort.MaxValue;

    public int Left => End - First;

    public long Word => (long)Offer << 32 | (long)First << 16 | (uint)End;

    public static PanelClaims FromWord(long word) => new((uint)(word >> 32), (ushort)(word >> 16), (ushort)word);

    /// <summary>How many runs to claim at once: fewer towards the end, so that all end at about the same time.</summary>
    public int Part(int most) => Math.Clamp(Left / 3, 1, most);
}
