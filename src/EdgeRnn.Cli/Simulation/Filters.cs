namespace EdgeRnn.Cli.Simulation;

/// <summary>
/// A two-pole band-pass with about unit gain at its center. After one large sample it rings at its center frequency and decays within about
/// 1/(π·bandwidth) seconds, so it serves both as a measuring filter and as a structural resonance.
/// </summary>
internal struct BandPass
{
    private readonly double _a1;
    private readonly double _a2;
    private readonly double _gain;
    private double _x1, _x2, _y1, _y2;

    /// <summary>Center and bandwidth in Hz, both below half the sample rate.</summary>
    public BandPass(double center, double bandwidth, double sampleRate)
    {
        double radius = 1 - (Math.PI * bandwidth / sampleRate / (1 + (Math.PI * bandwidth / sampleRate / 2)));
        _a1 = 2 * radius * PortableMath.CosTurns(center / sampleRate);
        _a2 = -radius * radius;
        _gain = (1 - (radius * radius)) / 2;
    }

    public double Next(double x)
    {
        double y = (_gain * (x - _x2)) + (_a1 * _y1) + (_a2 * _y2);
        _x2 = _x1;
        _x1 = x;
        _y2 = _y1;
        _y1 = y;
        return y;
    }
}

/// <summary>A one-pole low-pass: the value approaches its input with a time constant.</summary>
internal struct Smoother(double seconds, double sampleRate)
{
    private readonly double _share = 1 / ((seconds * sampleRate) + 1);

    public double Value { get; private set; }

    public double Next(double x) => Value += _share * (x - Value);
}

/// <summary>
/// A lock-in amplifier: the amplitude of the component of a signal that turns with a reference angle, averaged over a time constant. With
/// a multiple of the shaft's angle as reference this is order tracking; it follows a changing speed, which a fixed spectrum line does not.
/// </summary>
internal struct LockIn(double seconds, double sampleRate)
{
    private Smoother _real = new(seconds, sampleRate);
    private Smoother _imaginary = new(seconds, sampleRate);

    public readonly double Amplitude => 2 * Math.Sqrt((_real.Value * _real.Value) + (_imaginary.Value * _imaginary.Value));

    /// <summary>Adds one sample; <paramref name="reference"/> is the angle's unit vector.</summary>
    public void Next(double sample, Phasor reference)
    {
        _real.Next(sample * reference.Cos);
        _imaginary.Next(sample * reference.Sin);
    }
}

/// <summary>A unit vector at an angle; the product adds angles, the quotient subtracts them.</summary>
internal readonly record struct Phasor(double Cos, double Sin)
{
    public static Phasor AtTurns(double turns) => new(PortableMath.CosTurns(turns), PortableMath.SinTurns(turns));

    public static Phasor operator *(Phasor a, Phasor b) => new((a.Cos * b.Cos) - (a.Sin * b.Sin), (a.Sin * b.Cos) + (a.Cos * b.Sin));

    public static Phasor operator /(Phasor a, Phasor b) => new((a.Cos * b.Cos) + (a.Sin * b.Sin), (a.Sin * b.Cos) - (a.Cos * b.Sin));
}
