namespace EdgeRnn.Cli.Simulation;

/// <summary>
/// Turns raw samples into the frames of a condition monitor. Order of a frame's values (logarithms are base 2, so a gain is an offset):
/// <list type="table">
/// <item>0-7: log mean square in eight bands from 40 Hz to 2.9 kHz</item>
/// <item>8: log mean square; 9: log crest factor; 10: log kurtosis of the signal</item>
/// <item>11: log kurtosis of the resonance band</item>
/// <item>12-14: log amplitude of the shaft's orders 1x, 2x, 3x</item>
/// <item>15: log mean envelope of the resonance band</item>
/// <item>16-21: envelope orders BPFO, 2·BPFO, BPFI, 2·BPFI, BPFI-1x, BPFI+1x as shares of the mean envelope</item>
/// <item>22: measured shaft speed in Hz; 23: measured load as a share of the rated one</item>
/// </list>
/// A frame is shorter than a turn of the shaft, and one knock spoils it, so a model needs memory.
/// </summary>
internal sealed class FrameExtractor
{
    public const int FrameSize = 24;

    private const double Averaging = 0.1;       // seconds, of the lock-ins
    private const double Floor = 1e-9;           // keeps logarithms and quotients finite without a signal

    private readonly BandPass[] _bands;
    private readonly double[] _bandEnergy;
    private readonly LockIn[] _shaftOrders = new LockIn[3];
    private readonly LockIn[] _envelopeOrders = new LockIn[6];
    private BandPass _resonance;
    private Smoother _envelope;
    private Smoother _meanEnvelope;
    private double _peak, _sum2, _sum4, _resonance2, _resonance4;
    private int _samples;

    public FrameExtractor(double sampleRate)
    {
        double[] centers = [40, 75, 140, 260, 480, 900, 1650, 2900];
        _bands = Array.ConvertAll(centers, center => new BandPass(center, center * 0.4, sampleRate));
        _bandEnergy = new double[centers.Length];
        Array.Fill(_shaftOrders, new LockIn(Averaging, sampleRate));
        Array.Fill(_envelopeOrders, new LockIn(Averaging, sampleRate));
        _resonance = new BandPass(2200, 1000, sampleRate);
        _envelope = new Smoother(0.0004, sampleRate);
        _meanEnvelope = new Smoother(0.1, sampleRate);
    }

    /// <summary>Adds one sample, taken after <paramref name="turns"/> turns of the shaft.</summary>
    public void Add(double sample, double turns)
    {
        for (int i = 0; i < _bands.Length; i++)
        {
            double band = _bands[i].Next(sample);
            _bandEnergy[i] += band * band;
        }

        double square = sample * sample;
        _sum2 += square;
        _sum4 += square * square;
        _peak = Math.Max(_peak, Math.Abs(sample));

        var shaft = Phasor.AtTurns(turns);
        Phasor second = shaft * shaft;
        _shaftOrders[0].Next(sample, shaft);
        _shaftOrders[1].Next(sample, second);
        _shaftOrders[2].Next(sample, second * shaft);

        double ring = _resonance.Next(sample);
        _resonance2 += ring * ring;
        _resonance4 += ring * ring * ring * ring;
        TrackEnvelope(_envelope.Next(Math.Abs(ring)), turns, shaft);
        _samples++;
    }

    /// <summary>Writes the frame of the samples added since the last frame, of which there must be one, and begins the next.</summary>
    public void Take(Span<float> frame, double measuredSpeed, double measuredLoad)
    {
        for (int i = 0; i < _bandEnergy.Length; i++)
            frame[i] = Log(_bandEnergy[i] / _samples);
        double meanSquare = _sum2 / _samples;
        frame[8] = Log(meanSquare);
        frame[9] = Log(_peak / Math.Sqrt(meanSquare + Floor));
        frame[10] = Log(Kurtosis(_sum2, _sum4));
        frame[11] = Log(Kurtosis(_resonance2, _resonance4));
        for (int i = 0; i < _shaftOrders.Length; i++)
            frame[12 + i] = Log(_shaftOrders[i].Amplitude);
        frame[15] = Log(_meanEnvelope.Value);
        for (int i = 0; i < _envelopeOrders.Length; i++)
            frame[16 + i] = (float)(_envelopeOrders[i].Amplitude / (_meanEnvelope.Value + Floor));
        frame[22] = (float)measuredSpeed;
        frame[23] = (float)measuredLoad;

        Array.Clear(_bandEnergy);
        _peak = _sum2 = _sum4 = _resonance2 = _resonance4 = 0;
        _samples = 0;
    }

    /// <summary>The envelope beats at the rate of ball passages, which identifies the race; sidebands at 1x: the defect turns.</summary>
    private void TrackEnvelope(double envelope, double turns, Phasor shaft)
    {
        double beat = envelope - _meanEnvelope.Next(envelope);
        var outer = Phasor.AtTurns(turns * Bearing.OuterOrder);
        var inner = Phasor.AtTurns(turns * Bearing.InnerOrder);
        _envelopeOrders[0].Next(beat, outer);
        _envelopeOrders[1].Next(beat, outer * outer);
        _envelopeOrders[2].Next(beat, inner);
        _envelopeOrders[3].Next(beat, inner * inner);
        _envelopeOrders[4].Next(beat, inner / shaft);
        _envelopeOrders[5].Next(beat, inner * shaft);
    }

    private double Kurtosis(double sum2, double sum4) => _samples * sum4 / ((sum2 * sum2) + Floor);

    private static float Log(double value) => (float)PortableMath.Log2(value + Floor);
}
