using EdgeRnn.Cli.Simulation;
using EdgeRnn.Client;
using Spectre.Console;

namespace EdgeRnn.Cli.Demo;

/// <summary>A table that is redrawn with every result.</summary>
internal sealed class LiveDemoView(TextWriter output) : DemoView
{
    private const int BarWidth = 30;

    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });

    public override Task ShowAsync(Func<Action<IReadOnlyList<DemoMoment>>, Task> run) =>
        _console.Live(new Text("waiting for the first result")).StartAsync(live => run(moments => live.UpdateTarget(Picture(moments[^1]))));

    private static Table Picture(DemoMoment moment)
    {
        string color = moment.IsRight ? "green" : "red";
        Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("what").AddColumn(new TableColumn("value").Width(60));
        table.AddRow("time", FormattableString.Invariant($"{moment.Seconds:0.0} s, {moment.Frame + 1} frames answered"));
        table.AddRow("machine is", $"[bold]{moment.State.Label()}[/]");
        table.AddRow("model sees", $"[bold {color}]{Markup.Escape(moment.Seen)}[/]");
        table.AddRow("confidence", FormattableString.Invariant($"[{color}]{Bar(moment.Confidence)}[/] {moment.Confidence * 100:0.0} %"));
        InferenceResult block = moment.Result;
        table.AddRow("block", $"{block.BlockSteps} frames, closed by {block.Reason}");
        table.AddRow("latency", $"block wait {DemoSummary.Milliseconds(block.BlockWait)}, queue {DemoSummary.Milliseconds(block.Queue)}, "
            + $"compute {DemoSummary.Milliseconds(block.Compute)}");
        table.AddRow("round trip", DemoSummary.Milliseconds(moment.RoundTrip));
        return table;
    }

    private static string Bar(float share)
    {
        int filled = (int)MathF.Round(share * BarWidth);
        return new string('█', filled) + new string('░', BarWidth - filled);
    }
}
