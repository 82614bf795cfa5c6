namespace EdgeRnn.Cli.Simulation;

/// <summary>
/// The simulated rolling bearing: nine balls, ball to pitch diameter 0.2034, contact angle 0 (about a 6205). How often a ball rolls over
/// a defect follows from the geometry alone; these are the textbook fault frequencies, in multiples of the shaft's speed.
/// </summary>
internal static class Bearing
{
    private const int Balls = 9;
    private const double BallToPitch = 0.2034;

    /// <summary>Ball passes per turn over a point of the fixed outer race (BPFO): n/2 · (1 - d/D).</summary>
    public const double OuterOrder = Balls / 2.0 * (1 - BallToPitch);

    /// <summary>Ball passes per turn over a point of the turning inner race (BPFI): n/2 · (1 + d/D).</summary>
    public const double InnerOrder = Balls / 2.0 * (1 + BallToPitch);
}

/// <summary>
/// The impacts of balls on a race defect. Balls slip: the mean rate is up to 1 % below the geometric one and every interval varies a
/// little, so the train is nearly but not quite periodic, as in real bearings. A mutable struct: do not copy.
/// </summary>
internal struct ImpactTrain(double order)
{
    private const double Jitter = 0.015;    // standard deviation of an interval, as a share of it
    private double _slip = 1;
    private double _remaining = 1;          // ball passages until the next impact

    /// <summary>Draws the mean slip of a new defect.</summary>
    public void Restart(ref SplitMix64 random) => _slip = random.Uniform(0.99, 1);

    /// <summary>True in the samples in which a ball strikes; <paramref name="turns"/> is the shaft's turn since the last.</summary>
    public bool Strikes(double turns, ref SplitMix64 random)
    {
        _remaining -= turns * order * _slip;
        if (_remaining > 0)
            return false;
        _remaining += 1 + (Jitter * random.Normal());
        return true;
    }
}
