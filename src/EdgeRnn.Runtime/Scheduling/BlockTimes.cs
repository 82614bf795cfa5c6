namespace EdgeRnn.Runtime.Scheduling;

/// <summary>When a source's next block is to be computed, as timestamps.</summary>
/// <param name="JoinFrom">From then on it may join a pass that another block has caused.</param>
/// <param name="Due">From then on it causes a pass itself.</param>
/// <param name="Deadline">By then its result is to be handed over. Earlier deadlines go first.</param>
internal readonly record struct BlockTimes(long JoinFrom, long Due, long Deadline);
