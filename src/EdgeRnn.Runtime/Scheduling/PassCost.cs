using System.Numerics;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// How long a weight pass of a model takes, by its columns: known at 1, 2, 4, 8, … columns and linear between. Given or measured at
/// first, then refined by every pass (exponential moving average). One thread refines at a time; reads need no lock and may be stale.
/// </summary>
internal sealed class PassCost
{
    // A pass moves the curve by an eighth of its difference. It counts as at most twice and at least half of what was expected: a pause of
    // the machine, which may be a hundred times as long, moves the curve by no more than 12.5 %.
    private const double Weight = 1.0 / 8;
    private const double MaxRatio = 2;

    private readonly double[] _seconds;

    /// <param name="maxColumns">The most frames in a pass.</param>
    /// <param name="seconds">The cost of so many columns; null if nothing is known yet: then it is zero.</param>
    public PassCost(int maxColumns, Func<int, double>? seconds = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxColumns, 1);
        _seconds = new double[BitOperations.Log2((uint)maxColumns) + 2];
        if (seconds is null)
            return;
        for (int i = 0; i < _seconds.Length; i++)
            _seconds[i] = seconds(1 << i);
        Shape(0);
    }

    /// <summary>Whether a cost was given, measured or observed.</summary>
    public bool IsKnown => _seconds[0] > 0;

    /// <summary>The expected duration of a pass in seconds.</summary>
    /// <param name="columns">1 to the most frames in a pass.</param>
    public double Seconds(int columns)
    {
        (int below, double share) = Locate(columns);
        return _seconds[below] + share * (_seconds[below + 1] - _seconds[below]);
    }

    /// <summary>The most columns, up to <paramref name="most"/>, that take no longer than <paramref name="seconds"/>; at least 1.</summary>
    public int ColumnsWithin(double seconds, int most)
    {
        int fits = 1, exceeds = most + 1;
        while (exceeds - fits > 1)
        {
            int columns = (fits + exceeds) / 2;
            if (Seconds(columns) <= seconds)
                fits = columns;
            else
                exceeds = columns;
        }

        return fits;
    }

    /// <summary>Learns the duration of a pass.</summary>
    public void Observe(int columns, double seconds)
    {
        if (seconds <= 0)
            return;
        (int below, double share) = Locate(columns);
        double expected = Seconds(columns);
        if (expected <= 0)
        {
            for (int i = 0; i < _seconds.Length; i++)
                _seconds[i] = seconds * Math.Max(1, (double)(1 << i) / columns);
            return;
        }

        double step = Weight * (Math.Clamp(seconds / expected, 1 / MaxRatio, MaxRatio) - 1);
        _seconds[below] *= 1 + step * (1 - share);
        _seconds[below + 1] *= 1 + step * share;
        Shape(share < 0.5 ? below : below + 1);
    }

    private static (int Below, double Share) Locate(int columns)
    {
        int below = BitOperations.Log2((uint)columns);
        return (below, (columns - (1 << below)) / (double)(1 << below));
    }

    /// <summary>
    /// Keeps the curve plausible: twice the columns cost no less, and no more than two passes. So one known point bounds all others.
    /// </summary>
    private void Shape(int known)
    {
        for (int i = known + 1; i < _seconds.Length; i++)
            _seconds[i] = Math.Clamp(_seconds[i], _seconds[i - 1], 2 * _seconds[i - 1]);
        for (int i = known - 1; i >= 0; i--)
            _seconds[i] = Math.Clamp(_seconds[i], _seconds[i + 1] / 2, _seconds[i + 1]);
    }
}
