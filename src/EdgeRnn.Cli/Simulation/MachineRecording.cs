namespace EdgeRnn.Cli.Simulation;

/// <summary>
/// Frames of the sensor and the true states: <paramref name="Frames"/> is [count × FrameSize], <paramref name="States"/> [count].
/// </summary>
internal sealed record MachineRecording(float[] Frames, MachineState[] States)
{
    public int Count => States.Length;

    /// <summary>Records a seed's machine in a random scenario of the same seed.</summary>
    public static MachineRecording Simulate(ulong seed, int frames) => Simulate(seed, frames, MachineScenario.Random(seed));

    /// <summary>Records a seed's machine until the scenario ends, or for <paramref name="frames"/> frames.</summary>
    public static MachineRecording Simulate(ulong seed, int frames, IEnumerable<MachineEpisode> scenario)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        var simulator = new MachineSimulator(seed);
        float[] values = new float[checked(frames * MachineSimulator.FrameSize)];
        var states = new MachineState[frames];
        int done = 0;
        foreach (MachineEpisode episode in scenario)
        {
            simulator.State = episode.State;
            for (int end = Math.Min(frames, done + episode.Frames); done < end; done++)
            {
                states[done] = episode.State;
                simulator.NextFrame(values.AsSpan(done * MachineSimulator.FrameSize, MachineSimulator.FrameSize));
            }

            if (done == frames)
                return new MachineRecording(values, states);
        }

        return new MachineRecording(values[..(done * MachineSimulator.FrameSize)], states[..done]);
    }
}
