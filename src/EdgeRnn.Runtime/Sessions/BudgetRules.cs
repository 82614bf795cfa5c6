using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>The latency budgets that a machine can keep, given the cost of its passes.</summary>
internal static class BudgetRules
{
    /// <summary>The share of a worker that sessions may need: the rest is for everything that is not a pass.</summary>
    public const double MaxUse = 0.9;

    // A block may have to wait for another pass that takes as long as its own.
    private const double MaxPassShare = 1.0 / 2;
    private const double MaxShareOfOneFrame = 7.0 / 8;

    /// <summary>The most frames that a block may have within a budget, up to <paramref name="most"/>; at least 1.</summary>
    public static int BlockSteps(PassCost cost, TimeSpan budget, int most) =>
        cost.ColumnsWithin(budget.TotalSeconds * MaxPassShare, most);

    /// <summary>
    /// The shortest budget that can be kept, in whole milliseconds; null if a worker cannot keep up with the rate within any budget.
    /// </summary>
    /// <param name="rate">Frames per second; 0 if unknown.</param>
    /// <param name="lateness">How late workers wake up, in seconds.</param>
    public static TimeSpan? MinBudget(PassCost cost, double lateness, double rate, int maxSteps)
    {
        for (int steps = 1; steps <= maxSteps; steps = steps < maxSteps ? Math.Min(2 * steps, maxSteps) : steps + 1)
        {
            double seconds = cost.Seconds(steps);
            if (rate * seconds / steps > MaxUse)
                continue;
            double needed = steps == 1 ? Math.Max(seconds / MaxShareOfOneFrame, seconds + lateness) : seconds / MaxPassShare;
            return TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(needed * 1000)));
        }

        return null;
    }
}
