namespace EdgeRnn.Cli.Simulation;

/// <summary>
/// The machine and its accelerometer: one raw sample at a time, in g before the sensor's gain. Simple textbook physics:
/// imbalance is a force at the shaft's frequency (1x) that grows with the speed squared; misalignment adds 2x and 3x that grow with the
/// load; a race defect excites a structural resonance at every ball passage, evenly on the outer race, and on the inner race most when
/// the defect turns through the load zone. A healthy machine has a little of the first two, magnetic hum at twice the mains frequency,
/// broadband noise and occasional knocks that mean nothing.
/// </summary>
internal sealed class VibrationSource
{
    public const double SampleRate = 6400;
    public const double MinSpeed = 18;      // Hz of the shaft, 1080 turns per minute
    public const double MaxSpeed = 38;

    private const double ReferenceSpeed = 28;
    private const double MaxRamp = 10;     // Hz per second
    private const double HumFrequency = 100;
    private const double KnocksPerSecond = 0.8;

    private readonly double _gain, _noise, _resonantNoise, _hum, _residualImbalance, _residualMisalignment;
    private readonly double _phase2, _phase3, _loadZone;
    private SplitMix64 _random;
    private BandPass _structure;
    private ImpactTrain _inner = new(Bearing.InnerOrder);
    private ImpactTrain _outer = new(Bearing.OuterOrder);
    private Smoother _imbalance = new(0.05, SampleRate);
    private Smoother _misalignment = new(0.05, SampleRate);
    private Smoother _load = new(0.5, SampleRate);
    private double _imbalanceTarget, _misalignmentTarget, _innerDefect, _outerDefect, _loadTarget, _speedTarget;
    private double _humTurns;
    private int _samplesToNewOperatingPoint;
    private MachineState _state;

    /// <summary>A machine of its own: gain, noise, resonance and residual faults are drawn from the seed.</summary>
    public VibrationSource(ulong seed)
    {
        _random = new SplitMix64(seed);
        _gain = _random.Uniform(0.6, 1.6);
        _noise = _random.Uniform(0.10, 0.25);
        _resonantNoise = _random.Uniform(0.3, 0.8);
        _hum = _random.Uniform(0.02, 0.12);
        _residualImbalance = _random.Uniform(0.05, 0.20);
        _residualMisalignment = _random.Uniform(0.02, 0.10);
        _phase2 = _random.Uniform();
        _phase3 = _random.Uniform();
        _loadZone = _random.Uniform();
        _structure = new BandPass(_random.Uniform(1900, 2500), _random.Uniform(120, 260), SampleRate);
        Speed = _speedTarget = _random.Uniform(MinSpeed, MaxSpeed);
        State = MachineState.Normal;
    }

    /// <summary>Shaft frequency in Hz, MinSpeed to MaxSpeed.</summary>
    public double Speed { get; private set; }

    /// <summary>Angle of the shaft in turns, [0, 1).</summary>
    public double Angle { get; private set; }

    /// <summary>Turns of the shaft since the start.</summary>
    public double Turns { get; private set; }

    /// <summary>Load as a share of the rated one, about 0.3 to 1.</summary>
    public double Load => _load.Value;

    /// <summary>Setting it begins a fault of random severity, from barely visible to severe.</summary>
    public MachineState State
    {
        get => _state;
        set
        {
            _state = value;
            double severity = _random.Uniform();
            _imbalanceTarget = value == MachineState.Imbalance ? 0.35 + (0.9 * severity) : 0;
            _misalignmentTarget = value == MachineState.Misalignment ? 0.25 + (0.7 * severity) : 0;
            _innerDefect = value == MachineState.BearingInner ? 9 + (15 * severity) : 0;
            _outerDefect = value == MachineState.BearingOuter ? 6 + (11 * severity) : 0;
            _inner.Restart(ref _random);
            _outer.Restart(ref _random);
        }
    }

    /// <summary>The next raw sample.</summary>
    public double Next()
    {
        Operate();
        double turns = Speed / SampleRate;
        Turns += turns;
        Angle = Turns - Math.Floor(Turns);
        return _gain * (Rotation() + Structure(turns) + Hum() + (_noise * (0.5 + (0.5 * Speed / ReferenceSpeed)) * _random.Normal()));
    }

    /// <summary>Speed and load wander: new targets every 1.5 to 5 seconds, reached by ramps.</summary>
    private void Operate()
    {
        if (--_samplesToNewOperatingPoint <= 0)
        {
            _samplesToNewOperatingPoint = (int)(_random.Uniform(1.5, 5) * SampleRate);
            _speedTarget = _random.Uniform(MinSpeed, MaxSpeed);
            _loadTarget = _random.Uniform(0.3, 1);
        }

        const double Step = MaxRamp / SampleRate;
        Speed += Math.Clamp(_speedTarget - Speed, -Step, Step);
        _load.Next(_loadTarget);
    }

    private double Rotation()
    {
        double relative = Speed / ReferenceSpeed;
        double misalignment = (_residualMisalignment + _misalignment.Next(_misalignmentTarget)) * (0.5 + (0.5 * Load));
        double imbalance = (_residualImbalance + _imbalance.Next(_imbalanceTarget)) * relative * relative;
        return ((imbalance + (0.3 * misalignment)) * PortableMath.SinTurns(Angle))
            + (misalignment * PortableMath.SinTurns((2 * Angle) + _phase2))
            + (0.5 * misalignment * PortableMath.SinTurns((3 * Angle) + _phase3));
    }

    private double Structure(double turns)
    {
        double impact = _resonantNoise * _random.Normal();
        double force = (0.4 + (0.6 * Load)) * Speed / ReferenceSpeed;
        if (_outer.Strikes(turns, ref _random))
            impact += _outerDefect * force * _random.Uniform(0.8, 1.2);
        if (_inner.Strikes(turns, ref _random))
        {
            // 1 in the middle of the load zone, 0 opposite to it.
            double zone = 0.5 + (0.5 * PortableMath.CosTurns(Angle - _loadZone));
            impact += _innerDefect * force * zone * zone * _random.Uniform(0.8, 1.2);
        }

        if (_random.Uniform() < KnocksPerSecond / SampleRate)
            impact += _random.Uniform(5, 40);
        return _structure.Next(impact);
    }

    private double Hum()
    {
        _humTurns += HumFrequency / SampleRate;
        _humTurns -= Math.Floor(_humTurns);
        return _hum * PortableMath.SinTurns(_humTurns);
    }
}
