using System.Runtime.CompilerServices;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Simulation;

namespace EdgeRnn.Cli.Demo;

/// <summary>The simulated machine's sensor, which goes through every state of the machine once.</summary>
internal sealed class SimulatedSensor(ulong seed, TimeSpan duration) : FrameInput
{
    private readonly MachineSimulator _machine = new(seed);
    private readonly List<MachineEpisode> _scenario = [.. MachineScenario.Tour(duration / MachineStates.All.Count)];

    /// <summary>The machine's true state at a frame, and the number of frames since it began.</summary>
    public (MachineState State, long Since) StateAt(long frame)
    {
        foreach (MachineEpisode episode in _scenario)
        {
            if (frame < episode.Frames)
                return (episode.State, frame);
            frame -= episode.Frames;
        }

        throw new ArgumentOutOfRangeException(nameof(frame), frame, "expected a frame of the scenario");
    }

    public override async IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync(
        int frameSize, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (frameSize != MachineSimulator.FrameSize)
            throw new CliException($"the demo's model: expected frames of {MachineSimulator.FrameSize} values, found {frameSize}");
        float[] frame = new float[frameSize];
        foreach (MachineEpisode episode in _scenario)
        {
            _machine.State = episode.State;
            for (int i = 0; i < episode.Frames; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _machine.NextFrame(frame);
                yield return frame;
            }
        }

        await Task.CompletedTask;
    }

    public override void Dispose()
    {
    }
}
