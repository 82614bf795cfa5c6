namespace EdgeRnn.Cli.Doctor;

/// <summary>What a model asks of the machine's memory.</summary>
/// <param name="WeightBytes">Bytes of the weights, which one weight pass reads at least.</param>
/// <param name="RateHz">Frames per second of one stream.</param>
/// <param name="BlockSteps">Frames per block.</param>
/// <param name="IsCached">The weights fit in half of the largest cache, where they stay from pass to pass.</param>
/// <param name="BytesPerSecond">What one stream reads of the weights.</param>
/// <param name="Streams">
/// So many streams use up the bandwidth if none shares a pass with another; null where the weights are cached and it does not count.
/// </param>
/// <param name="ReadsMore">It is of a family that reads part of its weights once per frame, so all of this is the least.</param>
internal sealed record ModelFit(
    string Model, long WeightBytes, double RateHz, int BlockSteps, bool IsCached, double BytesPerSecond, long? Streams,
    bool ReadsMore)
{
    public static ModelFit Of(
        string model, long weightBytes, double rateHz, int blockSteps, long maxCache, double bandwidth, bool readsMore = false)
    {
        double perSecond = weightBytes * rateHz / blockSteps;
        bool isCached = weightBytes <= maxCache / 2;
        long? streams = isCached ? null : (long)(bandwidth / perSecond);
        return new ModelFit(model, weightBytes, rateHz, blockSteps, isCached, perSecond, streams, readsMore);
    }

    public override string ToString() => FormattableString.Invariant(
        $"this model reads {(ReadsMore ? "at least " : "")}{Quantity.Bytes(WeightBytes)} per pass; ")
        + FormattableString.Invariant($"at {RateHz:0.##} Hz and K={BlockSteps} that is {Quantity.Bytes(BytesPerSecond)}/s per stream, ")
        + (IsCached
            ? "and it stays in the cache"
            : FormattableString.Invariant($"and the memory delivers that for {Streams} streams, or more where they share passes"))
        + (ReadsMore ? "; LSTM and GRU read part of their weights once per frame, whatever K is" : "");
}
