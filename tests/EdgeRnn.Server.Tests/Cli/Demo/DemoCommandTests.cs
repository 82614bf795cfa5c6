namespace EdgeRnn.Server.Tests.Cli.Demo;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task Demo_OnAPipe_TellsEverySecondAndSumsUp()
    {
        CliRun run = await CliRun.SucceedAsync("demo", "--seconds", "2");

        string[] lines = run.Output.Split('\n');
        Assert.Contains(lines, line => line.StartsWith("  1.0 s  ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  2.0 s  bearing_outer", StringComparison.Ordinal));
        Assert.Contains("frames      100 answered of 100 sent", lines);
        string[] rows = ["recognized", "block size", "throughput", "latency     p50", "block wait", "queue", "compute", "round trip"];
        foreach (string row in rows)
            Assert.Contains(lines, line => line.StartsWith(row, StringComparison.Ordinal));
        Assert.Equal(3, lines.Count(line => line.StartsWith("  # ", StringComparison.Ordinal)));
        Assert.DoesNotContain('\u001b', run.Output);
    }
}
