using System.Text;
using EdgeRnn.Cli.Simulation;
using EdgeRnn.Client;

namespace EdgeRnn.Cli.Demo;

/// <summary>A table that every result redraws in place, with control sequences of ECMA-48. Colors follow the NO_COLOR convention.</summary>
internal sealed class LiveDemoView(TextWriter output) : DemoView
{
    private const int BarWidth = 30;
    private const string Bold = "1", Red = "31", Green = "32";

    // Without wrapping every row is one line, however narrow the terminal is.
    private const string WrapOff = "\u001b[?7l", WrapOn = "\u001b[?7h", EraseLine = "\u001b[2K";

    private readonly bool _hasColor = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public override async Task ShowAsync(Func<Action<IReadOnlyList<DemoMoment>>, Task> run)
    {
        output.WriteLine("waiting for the first result");
        int lines = 1;
        await run(moments =>
        {
            (string Name, string Value)[] rows = Rows(moments[^1]);
            StringBuilder text = new StringBuilder(WrapOff).Append(Up(lines));
            foreach ((string name, string value) in rows)
                text.Append($"{EraseLine}{name,-10}  {value}\n");
            lines = rows.Length;
            output.Write(text.Append(WrapOn));
            output.Flush();
        });
    }

    private (string Name, string Value)[] Rows(DemoMoment moment)
    {
        string color = moment.IsRight ? Green : Red;
        InferenceResult block = moment.Result;
        return
        [
            ("time", FormattableString.Invariant($"{moment.Seconds:0.0} s, {moment.Frame + 1} frames answered")),
            ("machine is", Styled(moment.State.Label(), Bold)),
            ("model sees", Styled(moment.Seen, $"{Bold};{color}")),
            ("confidence", $"{Styled(Bar(moment.Confidence), color)} {FormattableString.Invariant($"{moment.Confidence * 100:0.0} %")}"),
            ("block", $"{block.BlockSteps} frames, closed by {block.Reason}"),
            ("latency", $"block wait {DemoSummary.Milliseconds(block.BlockWait)}, queue {DemoSummary.Milliseconds(block.Queue)}, "
                + $"compute {DemoSummary.Milliseconds(block.Compute)}"),
            ("round trip", DemoSummary.Milliseconds(moment.RoundTrip)),
        ];
    }

    private string Styled(string text, string style) => _hasColor ? $"\u001b[{style}m{text}\u001b[0m" : text;

    private static string Up(int lines) => $"\r\u001b[{lines}A";

    private static string Bar(float share)
    {
        int filled = (int)MathF.Round(share * BarWidth);
        return new string('█', filled) + new string('░', BarWidth - filled);
    }
}
