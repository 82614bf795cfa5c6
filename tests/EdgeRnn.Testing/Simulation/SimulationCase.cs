using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Testing.Simulation;

/// <summary>What is simulated.</summary>
/// <param name="Streams">Sessions, all with the same budget and rate.</param>
/// <param name="Rate">Frames per second of each.</param>
/// <param name="Budget">Null: blocks of <see cref="BlockSteps"/> frames, or of those that came within 100 ms.</param>
/// <param name="Cost">Seconds of a pass, by columns.</param>
/// <param name="Duration">In seconds of simulated time.</param>
internal sealed record SimulationCase(int Streams, double Rate, TimeSpan? Budget, Func<int, double> Cost, double Duration)
{
    public ArrivalPattern Pattern { get; init; } = ArrivalPattern.Regular;

    public LatencyObjective Objective { get; init; } = LatencyObjective.Efficiency;

    public int? BlockSteps { get; init; }

    /// <summary>Passes that run at the same time.</summary>
    public int Workers { get; init; } = 1;

    public int MaxPassColumns { get; init; } = 256;

    public bool SharePasses { get; init; } = true;

    /// <summary>Maximum delay of the wake-up of a waiting worker, in seconds.</summary>
    public double Lateness { get; init; } = 1.1e-3;

    public int Seed { get; init; } = 1;
}

/// <summary>The outcome of a simulation.</summary>
/// <param name="Frames">Frames computed.</param>
/// <param name="Dropped">Frames that found no room because more came than the workers could compute.</param>
/// <param name="Misses">Blocks whose oldest frame took longer than the budget.</param>
/// <param name="MeanQueue">Mean number of sessions with a block that is due and not yet in a pass, at the start of a pass.</param>
/// <param name="Busy">The share of the workers' time spent in passes.</param>
/// <param name="LatencyMs">Latency of the blocks' oldest frames: median and maximum.</param>
internal sealed record SimulationReport(
    long Frames, long Dropped, long Blocks, long Misses, long Passes, double MeanQueue, int MaxQueue, double Busy,
    (double Median, double Max) LatencyMs)
{
    public double PassesPerFrame => (double)Passes / Frames;

    public double FramesPerBlock => (double)Frames / Blocks;

    public double MissesPerFrame => (double)Misses / Frames;
}
