using System.Globalization;

namespace EdgeRnn.Benchmarks.Goals;

/// <summary>A figure that the project wants to reach, and what was measured.</summary>
/// <param name="Layer">On what: size, mode and kernels.</param>
/// <param name="IsLeast">Whether the figure should be at least as large as wanted; else at most.</param>
/// <param name="Measured">From medians, and from the best samples.</param>
internal sealed record Goal(string Name, string Layer, double Wanted, bool IsLeast, Ratio Measured)
{
    /// <summary>What else one should know.</summary>
    public string Note { get; init; } = "";

    /// <summary>Why the figure cannot be judged, or null.</summary>
    public string? Doubt { get; init; }

    /// <summary>Whether another condition holds that counts as well; the note names it.</summary>
    public bool IsExcused { get; init; }

    public bool IsMet => Doubt is null && (IsExcused || (IsLeast ? Measured.Median >= Wanted : Measured.Median <= Wanted));

    public string Bound => string.Create(CultureInfo.InvariantCulture, $"{(IsLeast ? ">=" : "<=")} {Wanted:0.000}");

    public static Goal AtLeast(LayersResult result, string name, double wanted, Ratio measured) =>
        new(name, NameOf(result), wanted, IsLeast: true, measured);

    public static Goal AtMost(LayersResult result, string name, double wanted, Ratio measured) =>
        new(name, NameOf(result), wanted, IsLeast: false, measured);

    private static string NameOf(LayersResult result) => $"d={result.Hidden} {result.Mode} {result.Kernels}".ToLowerInvariant();
}

/// <summary>Goals of one kind, as far as a result can judge them.</summary>
internal delegate IEnumerable<Goal> GoalFamily(LayersResult result);
