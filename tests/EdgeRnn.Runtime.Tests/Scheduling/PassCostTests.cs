using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Tests.Scheduling;

public sealed class PassCostTests
{
    // Reading the weights takes as long as computing 12 frames.
    private static double Roofline(int columns) => Math.Max(12, columns) * 1e-3;

    [Fact]
    public void Seconds_BetweenKnownColumns_IsOnALine()
    {
        var cost = new PassCost(maxColumns: 100, Roofline);
        Assert.Equal(12e-3, cost.Seconds(1), 9);
        Assert.Equal(12e-3, cost.Seconds(7), 9);
        Assert.Equal(13e-3, cost.Seconds(10), 9);
        Assert.Equal(16e-3, cost.Seconds(16), 9);
        Assert.Equal(100e-3, cost.Seconds(100), 9);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(12e-3, 8)]
    [InlineData(20.5e-3, 20)]
    [InlineData(1, 100)]
    public void ColumnsWithin_ATime_IsTheMostThatFit(double seconds, int columns) =>
        Assert.Equal(columns, new PassCost(maxColumns: 128, Roofline).ColumnsWithin(seconds, most: 100));

    [Theory]
    [InlineData(3)]
    [InlineData(0.2)]
    public void Observe_AnotherMachine_IsLearntAtEveryColumn(double factor)
    {
        var random = new Random(1);
        var cost = new PassCost(maxColumns: 64, Roofline);
        for (int i = 0; i < 2000; i++)
        {
            int columns = random.Next(1, 65);
            cost.Observe(columns, factor * Roofline(columns));
        }

        for (int columns = 1; columns <= 64; columns++)
            Assert.InRange(cost.Seconds(columns) / (factor * Roofline(columns)), 0.9, 1.2);
    }

    [Fact]
    public void Observe_FewColumnsOnly_BoundsTheCostOfMany()
    {
        var cost = new PassCost(maxColumns: 64, columns => columns);
        for (int i = 0; i < 200; i++)
            cost.Observe(1, 1e-3);
        Assert.InRange(cost.Seconds(64), 1e-3, 65e-3);
    }

    [Fact]
    public void Observe_APause_HardlyCounts()
    {
        var cost = new PassCost(maxColumns: 64, Roofline);
        cost.Observe(4, 10);
        Assert.InRange(cost.Seconds(4), Roofline(4), 1.126 * Roofline(4));
    }

    [Fact]
    public void Observe_NothingKnown_TakesTheFirstPass()
    {
        var cost = new PassCost(maxColumns: 8);
        Assert.False(cost.IsKnown);
        cost.Observe(3, 6e-3);
        Assert.True(cost.IsKnown);
        Assert.Equal(6e-3, cost.Seconds(1), 9);
        Assert.InRange(cost.Seconds(8), 12e-3, 17e-3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Observe_Anything_KeepsTheShape(int seed)
    {
        var random = new Random(seed);
        var cost = new PassCost(maxColumns: 300, columns => random.NextDouble());
        for (int i = 0; i < 500; i++)
        {
            for (int columns = 1; columns <= 128; columns *= 2)
            {
                double ratio = cost.Seconds(2 * columns) / cost.Seconds(columns);
                Assert.True(ratio is > 0.999999 and < 2.000001, $"seed {seed}, after {i} passes, {columns} columns: {ratio}");
            }

            cost.Observe(random.Next(1, 301), Math.Exp(random.NextDouble() * 10 - 5));
        }
    }
}
