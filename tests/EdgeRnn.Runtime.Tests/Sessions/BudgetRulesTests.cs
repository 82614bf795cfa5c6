using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class BudgetRulesTests
{
    // 14 ms for up to 8 columns, then 1.75 ms each.
    private static readonly PassCost Cost = new(128, columns => 14e-3 * Math.Max(1, columns / 8.0));

    [Theory]
    [InlineData(0, 16)]
    [InlineData(10, 16)]
    [InlineData(100, 28)]
    [InlineData(500, 28)]
    public void Shortest_ByTheRate_IsWhatOnePassOrTheFirstBlockThatKeepsUpNeeds(double rate, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), BudgetRules.MinBudget(Cost, lateness: 0, rate, maxSteps: 100));

    [Fact]
    public void Shortest_WorkersThatWakeUpLate_AllowsForIt() =>
        Assert.Equal(TimeSpan.FromMilliseconds(20), BudgetRules.MinBudget(Cost, lateness: 6e-3, rate: 0, maxSteps: 1));

    [Fact]
    public void Shortest_RateThatNoBlockKeepsUpWith_IsNone()
    {
        Assert.Null(BudgetRules.MinBudget(Cost, lateness: 0, rate: 600, maxSteps: 100));
        Assert.Null(BudgetRules.MinBudget(Cost, lateness: 0, rate: 200, maxSteps: 1));
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(28, 8)]
    [InlineData(56, 16)]
    [InlineData(10_000, 100)]
    public void BlockSteps_WithinABudget_LeaveRoomForAPassAhead(int milliseconds, int steps) =>
        Assert.Equal(steps, BudgetRules.BlockSteps(Cost, TimeSpan.FromMilliseconds(milliseconds), most: 100));
}
