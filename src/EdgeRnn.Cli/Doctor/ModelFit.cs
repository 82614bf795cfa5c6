namespace EdgeRnn.Cli.Doctor;

/// <summary>A model's demand on the machine's memory bandwidth.</summary>
/// <param name="WeightBytes">Bytes of the weights, the minimum that a weight pass reads.</param>
/// <param name="RateHz">Frames per second of one stream.</param>
/// <param name="BlockSteps">Frames per block.</param>
/// <param name="IsCached">The weights fit in half of the largest cache, where they stay from pass to pass.</param>
/// <param name="BytesPerSecond">Bytes of weights that one stream reads per second.</param>
/// <param name="Streams">
/// Number of streams that use up the bandwidth if none shares a pass with another; null if the weights are cached.
/// </param>
/// <param name="ReadsMore">The family reads part of its weights once per frame, so the figures are lower bounds.</param>
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
            : FormattableString.Invariant($"and the memory delivers that for {Streams} streams, or more if they share passes"))
        + (ReadsMore ? "; LSTM and GRU read part of their weights once per frame, whatever K is" : "");
}
