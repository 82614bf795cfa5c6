namespace EdgeRnn.Benchmarks.Serving;

/// <summary>A bound and what was measured.</summary>
internal sealed record ServingGoal(string Name, string Wanted, double Measured, bool IsMet);

/// <summary>Samples by series, and the goals that they are compared with.</summary>
internal sealed class Figure(string name, TextWriter log)
{
    private readonly Dictionary<string, List<double>> _samples = [];
    private readonly List<ServingGoal> _goals = [];

    public string Name => name;

    public IReadOnlyDictionary<string, List<double>> Samples => _samples;

    public IReadOnlyList<ServingGoal> Goals => _goals;

    public void Add(string series, double sample)
    {
        log.WriteLine(FormattableString.Invariant($"{name}: {series} = {sample:0.###}"));
        if (!_samples.TryGetValue(series, out List<double>? samples))
            _samples.Add(series, samples = []);
        samples.Add(sample);
    }

    public double Median(string series) => MedianOf(_samples[series]);

    /// <summary>The median of the ratios of samples that were taken one after the other.</summary>
    public double MedianRatio(string series, string to) => MedianOf(_samples[series].Zip(_samples[to], (a, b) => a / b));

    public void AtMost(string goal, double bound, double measured) =>
        _goals.Add(new ServingGoal(goal, FormattableString.Invariant($"<= {bound:0.###}"), measured, measured <= bound));

    public void AtLeast(string goal, double bound, double measured) =>
        _goals.Add(new ServingGoal(goal, FormattableString.Invariant($">= {bound:0.###}"), measured, measured >= bound));

    private static double MedianOf(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
