namespace EdgeRnn.Cli.Simulation;

/// <summary>A state of the machine and its duration in frames.</summary>
internal readonly record struct MachineEpisode(MachineState State, int Frames);

/// <summary>Sequences of states for the simulator.</summary>
internal static class MachineScenario
{
    /// <summary>Every state once, normal first, each for the same time.</summary>
    public static IEnumerable<MachineEpisode> Tour(TimeSpan each) =>
        MachineStates.All.Select(state => new MachineEpisode(state, Frames(each.TotalSeconds)));

    /// <summary>
    /// Endless: normal first, then any other state with equal probability, each for 1.5 to 6 s: the past does not tell the next state.
    /// </summary>
    public static IEnumerable<MachineEpisode> Random(ulong seed)
    {
        var random = new SplitMix64(seed ^ 0x5CE7A210);
        for (MachineState state = MachineState.Normal; ; state = Another(state, ref random))
            yield return new MachineEpisode(state, Frames(random.Uniform(1.5, 6)));
    }

    private static MachineState Another(MachineState state, ref SplitMix64 random)
    {
        int count = MachineStates.All.Count;
        return MachineStates.All[((int)state + 1 + random.Below(count - 1)) % count];
    }

    private static int Frames(double seconds) => Math.Max(1, (int)Math.Round(seconds * MachineSimulator.FrameRate));
}
