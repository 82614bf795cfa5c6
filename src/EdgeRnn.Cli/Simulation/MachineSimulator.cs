namespace EdgeRnn.Cli.Simulation;

/// <summary>
/// A rotating machine with a vibration sensor, in frames as the demo model reads them (<see cref="FrameExtractor"/> lists the values).
/// Every seed is another machine, with its own sensor gain, noise and resonance; the same seed and states give the same frames, bit for
/// bit, on every 64-bit platform of .NET (<see cref="PortableMath"/>). Not thread-safe.
/// </summary>
internal sealed class MachineSimulator(ulong seed)
{
    /// <summary>Values per frame.</summary>
    public const int FrameSize = FrameExtractor.FrameSize;

    /// <summary>Frames per second of simulated time.</summary>
    public const double FrameRate = 50;

    private const int SamplesPerFrame = (int)(VibrationSource.SampleRate / FrameRate);

    private readonly VibrationSource _source = new(seed);
    private readonly FrameExtractor _extractor = new(VibrationSource.SampleRate);
    private SplitMix64 _instruments = new(~seed);

    /// <summary>The machine's current state. Setting it, even to the same value, draws another severity of the fault.</summary>
    public MachineState State
    {
        get => _source.State;
        set => _source.State = value;
    }

    /// <summary>Simulates the next 20 ms and writes <see cref="FrameSize"/> values. Allocates nothing.</summary>
    public void NextFrame(Span<float> frame)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(frame.Length, FrameSize);
        for (int i = 0; i < SamplesPerFrame; i++)
            _extractor.Add(_source.Next(), _source.Turns);
        double speed = _source.Speed + (0.2 * _instruments.Normal());
        double load = _source.Load + (0.05 * _instruments.Normal());
        _extractor.Take(frame, speed, load);
    }
}
