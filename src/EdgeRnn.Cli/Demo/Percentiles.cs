namespace EdgeRnn.Cli.Demo;

/// <summary>Collects durations and computes percentiles.</summary>
internal sealed class Percentiles
{
    private readonly List<TimeSpan> _values = [];

    public void Add(TimeSpan value) => _values.Add(value);

    public TimeSpan Sum => _values.Aggregate(TimeSpan.Zero, (sum, value) => sum + value);

    /// <summary>The smallest value that at least <paramref name="share"/> of all values do not exceed; zero without values.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    public TimeSpan At(double share)
    {
        if (_values.Count == 0)
            return TimeSpan.Zero;
        return _values.Order().ElementAt((int)Math.Ceiling(share * _values.Count) - 1);
    }
}
