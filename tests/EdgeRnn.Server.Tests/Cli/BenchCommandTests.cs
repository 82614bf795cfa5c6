using System.Text.Json;
using EdgeRnn.Cli.Benchmark;

namespace EdgeRnn.Server.Tests.Cli;

public sealed class BenchCommandTests
{
    private static readonly BlockTiming[] Timings = [new(1, 100, 90), new(2, 60, 50), new(4, 31, 30), new(8, 30, 29), new(16, 29.9, 29)];

    [Theory]
    [InlineData(1000, 4)]
    [InlineData(31, 2)]
    [InlineData(10, 1)]
    [InlineData(0.05, 1)]
    public void Recommend_UnderALatency_IsTheSmallestBlockNearTheFastest(double latencyMs, int expected) =>
        Assert.Equal(expected, BlockAdvice.Recommend(Timings, latencyMs, frameRateHz: 50));

    [Fact]
    public void LatencyMs_WithARate_AddsTheWaitForTheOtherFrames()
    {
        Assert.Equal(60 + 0.124, Timings[2].LatencyMs(50), 9);
        Assert.Equal(0.124, Timings[2].LatencyMs(null), 9);
    }

    [Fact]
    public async Task Bench_Package_TimesEveryBlockSize()
    {
        using SamplePackages packages = new SamplePackages().Add("small");
        CliRun run = await CliRun.SucceedAsync("bench", Path.Combine(packages.Models, "small"), "--latency", "40", "--json");

        Assert.Equal("small", run.Json.GetProperty("model").GetString());
        JsonElement[] blocks = [.. run.Json.GetProperty("blocks").EnumerateArray()];
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128], blocks.Select(block => block.GetProperty("steps").GetInt32()));
        Assert.All(blocks, block =>
            Assert.InRange(block.GetProperty("min_us").GetDouble(), double.Epsilon, block.GetProperty("median_us").GetDouble()));
        // At 50 frames/s the first of four frames would wait for 60 ms.
        Assert.InRange(run.Json.GetProperty("recommended_block_steps").GetInt32(), 1, 2);
    }

    [Fact]
    public async Task Bench_NoPackage_NamesTheMissingFile() =>
        Assert.Contains("model.json", await CliRun.FailAsync(1, "bench", "no-such-folder"), StringComparison.Ordinal);
}
