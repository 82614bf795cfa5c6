namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>Something that is timed once in each round.</summary>
internal interface ISampled
{
    /// <summary>
    /// Seconds per pass, from a sample of about a millisecond: processor time, or wall time of several threads.
    /// </summary>
    double Sample();
}
