using System.Globalization;

namespace EdgeRnn.Benchmarks.Goals;

/// <summary>A performance goal of the project, and what was measured.</summary>
/// <param name="Layer">Size, cache mode and kernels of the layer.</param>
/// <param name="IsLowerBound">Whether the goal is to reach at least the wanted figure; otherwise at most.</param>
/// <param name="Measured">The ratio of medians, and of minima.</param>
internal sealed record Goal(string Name, string Layer, double Wanted, bool IsLowerBound, Ratio Measured)
{
    /// <summary>Further information for the reader.</summary>
    public string Note { get; init; } = "";

    /// <summary>Why the figure cannot be judged, or null.</summary>
    public string? Doubt { get; init; }

    /// <summary>Whether the alternative condition holds that the note names.</summary>
    public bool IsExcused { get; init; }

    public bool IsMet => Doubt is null && (IsExcused || (IsLowerBound ? Measured.Median >= Wanted : Measured.Median <= Wanted));

    public string Bound => string.Create(CultureInfo.InvariantCulture, $"{(IsLowerBound ? ">=" : "<=")} {Wanted:0.000}");

    public static Goal AtLeast(LayersResult result, string name, double wanted, Ratio measured) =>
        new(name, NameOf(result), wanted, IsLowerBound: true, measured);

    public static Goal AtMost(LayersResult result, string name, double wanted, Ratio measured) =>
        new(name, NameOf(result), wanted, IsLowerBound: false, measured);

    private static string NameOf(LayersResult result) => $"d={result.Hidden} {result.Mode} {result.Kernels}".ToLowerInvariant();
}

/// <summary>The goals of one kind that a result can judge.</summary>
internal delegate IEnumerable<Goal> GoalFamily(LayersResult result);
