namespace EdgeRnn.Runtime.Metrics;

/// <summary>The name of every instrument of the meter EdgeRnn.Runtime.</summary>
internal static class MetricNames
{
    public const string Sessions = "edgernn.sessions";
    public const string SessionsEnded = "edgernn.sessions.ended";
    public const string SessionsRefused = "edgernn.sessions.refused";
    public const string SessionDuration = "edgernn.session.duration";
    public const string StateSize = "edgernn.state.size";
    public const string QueueDepth = "edgernn.queue.depth";
    public const string FramesAccepted = "edgernn.frames.accepted";
    public const string FramesComputed = "edgernn.frames.computed";
    public const string FramesDropped = "edgernn.frames.dropped";
    public const string FramesAbandoned = "edgernn.frames.abandoned";
    public const string ValuesHeld = "edgernn.values.held";
    public const string FrameLatency = "edgernn.frame.latency";
    public const string BudgetMisses = "edgernn.budget.misses";
    public const string BlockSteps = "edgernn.block.steps";
    public const string PassSessions = "edgernn.pass.sessions";
    public const string PassColumns = "edgernn.pass.columns";
    public const string WeightsRead = "edgernn.weights.read";
    public const string ModelLoads = "edgernn.model.loads";
    public const string KernelInfo = "edgernn.kernel.info";
    public const string MemoryCeiling = "edgernn.memory.ceiling";
    public const string MemoryHeld = "edgernn.memory.held";
    public const string EnergyConsumed = "edgernn.energy.consumed";
    public const string EnergyPower = "edgernn.energy.power";
    public const string EnergyPerFrame = "edgernn.energy.per_frame";
    public const string EnergyPerStreamHour = "edgernn.energy.per_stream_hour";

    /// <summary>The keys of the instruments' tags.</summary>
    internal static class Tags
    {
        public const string Model = "model";
        public const string Reason = "reason";
        public const string Policy = "policy";
        public const string Stage = "stage";
        public const string State = "state";
        public const string Queue = "queue";
        public const string Outcome = "outcome";
        public const string Kernels = "kernels";
        public const string CpuFeatures = "cpu_features";
        public const string Workers = "workers";
        public const string Source = "source";
        public const string Share = "share";
    }

    /// <summary>The values of <see cref="Tags.Queue"/>.</summary>
    internal static class Queues
    {
        public const string Ready = "ready";
        public const string Outlet = "outlet";
    }

    /// <summary>The values of <see cref="Tags.Outcome"/>.</summary>
    internal static class Outcomes
    {
        public const string Loaded = "loaded";
        public const string Failed = "failed";
    }

    /// <summary>The values of <see cref="Tags.Share"/>.</summary>
    internal static class Shares
    {
        public const string Idle = "idle";
        public const string Work = "work";
    }

    /// <summary>The values of <see cref="Tags.Stage"/>.</summary>
    internal static class Stages
    {
        public const string BlockWait = "block_wait";
        public const string Queue = "queue";
        public const string Compute = "compute";
        public const string Total = "total";
    }
}
