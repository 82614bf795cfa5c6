namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// Offers blocks to the scheduler: a session, or a test's source. The scheduler calls it while it holds the dispatcher's lock.
/// </summary>
internal interface IBlockSource
{
    /// <summary>Frames in the block that <see cref="Take"/> would take; more may come before it is called.</summary>
    int WaitingSteps { get; }

    /// <summary>Takes the oldest block for a weight pass and closes it if it may be closed at <paramref name="now"/>.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="later">If there is no block: when to ask again; null if only the next offer makes asking worthwhile.</param>
    PassBlock? Take(long now, out BlockTimes? later);
}
