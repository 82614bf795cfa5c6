namespace EdgeRnn.Cli.Input;

/// <summary>Counts the lines of an input that could not be read, by what was done about them.</summary>
/// <param name="name">The input's name in messages.</param>
internal sealed class BadLines(string name, BadLinePolicy policy, Terminal? terminal)
{
    private long _skipped;
    private long _held;

    /// <summary>Lines so far.</summary>
    public long Count => _skipped + _held;

    /// <summary>Whether the input goes on after a bad line.</summary>
    public bool CanContinue => policy != BadLinePolicy.Stop;

    /// <summary>Counts a line; says so of the first.</summary>
    /// <param name="fault">What is wrong, with its place.</param>
    /// <param name="canHold">Whether there is a line before it to repeat.</param>
    /// <returns>Whether the values of the line before are taken.</returns>
    /// <exception cref="CliException">The policy is to stop.</exception>
    public bool Add(string fault, bool canHold)
    {
        if (policy == BadLinePolicy.Stop)
            throw new CliException(fault);
        bool holds = policy == BadLinePolicy.Hold && canHold;
        if (Count == 0)
            terminal?.Warn($"{fault}; {(holds ? "the values before are taken" : "the line is skipped")}, and others are counted");
        _ = holds ? _held++ : _skipped++;
        return holds;
    }

    /// <summary>Tells how many there were, if any.</summary>
    public void Report()
    {
        if (Count > 0)
            terminal?.Warn($"{name}: lines that could not be read: {_skipped} skipped, {_held} with values of the line before");
    }
}
