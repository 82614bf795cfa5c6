using EdgeRnn.Cli.Simulation;
using EdgeRnn.Client;

namespace EdgeRnn.Cli.Demo;

/// <summary>A line per second of the sensor's time.</summary>
internal sealed class PlainDemoView(TextWriter output) : DemoView
{
    public override async Task ShowAsync(Func<Action<IReadOnlyList<DemoMoment>>, Task> run)
    {
        output.WriteLine("   time  machine is      model sees       sure  frames in block  block wait    queue  compute  round trip");
        await run(moments =>
        {
            foreach (DemoMoment moment in moments.Where(moment => (moment.Frame + 1) % (int)MachineSimulator.FrameRate == 0))
                output.WriteLine(Line(moment));
        });
    }

    private static string Line(DemoMoment moment)
    {
        InferenceResult block = moment.Result;
        string mark = moment.IsRight ? " " : "!";
        return FormattableString.Invariant($"{moment.Seconds,5:0.0} s  {moment.State.Label(),-13} {mark} {moment.Seen,-13} ")
            + FormattableString.Invariant($"{moment.Confidence * 100,5:0.0} %  {block.BlockSteps,15}  ")
            + $"{Text(block.BlockWait),10}  {Text(block.Queue),7}  {Text(block.Compute),7}  {Text(moment.RoundTrip),10}";

        static string Text(TimeSpan time) => DemoSummary.Milliseconds(time);
    }
}
