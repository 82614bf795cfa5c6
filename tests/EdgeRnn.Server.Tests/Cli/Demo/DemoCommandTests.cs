namespace EdgeRnn.Server.Tests.Cli.Demo;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task Demo_OnATerminal_RedrawsOneTable()
    {
        CliRun run = await CliRun.StartAsync(TextReader.Null, outputIsTerminal: true, "demo", "--seconds", "1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] pictures = run.Output.Split("\r\u001b[");
        Assert.InRange(pictures.Length, 3, int.MaxValue);
        // The first one replaces the line before it, each other one its predecessor of seven rows.
        Assert.StartsWith("1A", pictures[1], StringComparison.Ordinal);
        Assert.All(pictures[2..], picture => Assert.StartsWith("7A", picture, StringComparison.Ordinal));
        Assert.All(pictures[1..], picture => Assert.Equal(7, picture.Split("\u001b[2K").Length - 1));
        Assert.Contains("50 frames answered", pictures[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_OnAPipe_WritesALineEverySecondAndASummary()
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
