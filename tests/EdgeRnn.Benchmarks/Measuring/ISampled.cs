namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>Something that is timed once in each round.</summary>
internal interface ISampled
{
    /// <summary>Seconds of processor time per pass, from a sample of about a millisecond.</summary>
    double Sample();
}
