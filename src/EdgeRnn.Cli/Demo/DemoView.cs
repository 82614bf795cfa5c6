namespace EdgeRnn.Cli.Demo;

/// <summary>The display of a running demo.</summary>
internal abstract class DemoView
{
    /// <summary>A live table on a terminal, else a line per second; always so on Windows, whose console may not know ECMA-48.</summary>
    public static DemoView For(Terminal terminal) => terminal.OutputIsTerminal && !OperatingSystem.IsWindows()
        ? new LiveDemoView(terminal.Output)
        : new PlainDemoView(terminal.Output);

    /// <summary>Runs <paramref name="run"/> and shows what it reports: the moments of one result at a time.</summary>
    public abstract Task ShowAsync(Func<Action<IReadOnlyList<DemoMoment>>, Task> run);
}
