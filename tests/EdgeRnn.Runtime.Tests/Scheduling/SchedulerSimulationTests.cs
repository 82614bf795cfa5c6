using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Testing.Simulation;

namespace EdgeRnn.Runtime.Tests.Scheduling;

/// <summary>What the scheduler makes of many streams; `EdgeRnn.Benchmarks -- simulate` does the same on a large scale.</summary>
public sealed class SchedulerSimulationTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(50);

    // Reading the weights takes 2 ms, in which 40 frames are computed.
    private static double Cost(int columns) => Math.Max(2e-3, columns * 50e-6);

    [Theory]
    [InlineData(200, 5)]
    [InlineData(50, 2)]
    public void Efficiency_OneStream_NeedsFewPassesAndMissesNone(double rate, double fewer)
    {
        SimulationReport fixedSteps = Run(new SimulationCase(1, rate, Budget: null, Cost, Duration: 20) { BlockSteps = 1, SharePasses = false });
        SimulationReport budget = Run(new SimulationCase(1, rate, Budget, Cost, Duration: 20));
        Assert.Equal(1, fixedSteps.PassesPerFrame, 2);
        Assert.True(budget.PassesPerFrame * fewer <= fixedSteps.PassesPerFrame, $"{budget}");
        Assert.Equal((0, 0), (budget.Misses, budget.Dropped));
    }

    [Theory]
    [InlineData(ArrivalPattern.Regular, 1)]
    [InlineData(ArrivalPattern.Regular, 50)]
    [InlineData(ArrivalPattern.Regular, 200)]
    [InlineData(ArrivalPattern.Bursty, 50)]
    [InlineData(ArrivalPattern.Bursty, 150)]
    [InlineData(ArrivalPattern.Drifting, 50)]
    [InlineData(ArrivalPattern.Drifting, 200)]
    [InlineData(ArrivalPattern.Adversarial, 50)]
    [InlineData(ArrivalPattern.Adversarial, 100)]
    public void Efficiency_LoadThatCanBeCarried_MissesAndDropsNothing(ArrivalPattern pattern, int streams)
    {
        SimulationReport report = Run(new SimulationCase(streams, 50, Budget, Cost, Duration: 10) { Pattern = pattern });
        Assert.True(report is { Misses: 0, Dropped: 0 }, $"{report}");
        Assert.True(report.Frames > 0.9 * streams * 50 * 10, $"{report}");
    }

    [Fact]
    public void Latency_IdleMachine_ComputesFramesAlone()
    {
        SimulationReport report = Run(new SimulationCase(1, 50, Budget, Cost, Duration: 10) { Objective = LatencyObjective.Latency });
        Assert.Equal(1, report.FramesPerBlock, 2);
        Assert.InRange(report.LatencyMs.Max, 0, 3);
    }

    [Fact]
    public void Latency_BusyMachine_TakesWhatHasGathered()
    {
        // Alone, each of the 2,000 frames a second would need 2 ms.
        SimulationReport report = Run(new SimulationCase(4, 500, Budget, Cost, Duration: 10) { Objective = LatencyObjective.Latency });
        Assert.True(report is { Misses: 0, Dropped: 0 }, $"{report}");
        Assert.InRange(report.PassesPerFrame, 0, 0.3);
    }

    [Fact]
    public void Efficiency_SharedPasses_CarryWhatSeparateOnesCannot()
    {
        var many = new SimulationCase(100, 50, Budget, Cost, Duration: 10);
        SimulationReport shared = Run(many), separate = Run(many with { SharePasses = false });
        Assert.True(shared is { Misses: 0, Dropped: 0 }, $"{shared}");
        Assert.True(separate.Misses > 0, $"{separate}");
        Assert.True(shared.PassesPerFrame < 0.05, $"{shared}");
    }

    [Fact]
    public void Overload_TwiceWhatCanBeCarried_StillComputesAtFullSpeed()
    {
        // 20,000 frames a second are the most; passes of many columns make the best of it.
        SimulationReport report = Run(new SimulationCase(400, 100, Budget, Cost, Duration: 5) { BlockSteps = 16 });
        Assert.InRange(report.Busy, 0.99, 1.01);
        Assert.InRange(report.Frames / 5.0, 19_000, 21_000);
        Assert.True(report.Dropped > 0, $"{report}");
    }

    private static SimulationReport Run(SimulationCase simulated)
    {
        using var simulation = new SchedulerSimulation(simulated);
        return simulation.Run();
    }
}
