namespace EdgeRnn.Cli.Demo;

/// <summary>Shows a demo while it runs.</summary>
internal abstract class DemoView
{
    /// <summary>A live picture on a terminal, a line per second on a pipe.</summary>
    public static DemoView For(Terminal terminal) =>
        terminal.OutputIsTerminal ? new LiveDemoView(terminal.Output) : new PlainDemoView(terminal.Output);

    /// <summary>Shows what <paramref name="run"/> reports, a result's moments at a time, for as long as it runs.</summary>
    public abstract Task ShowAsync(Func<Action<IReadOnlyList<DemoMoment>>, Task> run);
}
