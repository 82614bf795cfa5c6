using EdgeRnn.Cli.Demo;

namespace EdgeRnn.Server.Tests.Cli.Demo;

public sealed class PercentilesTests
{
    [Theory]
    [InlineData(0.5, 50)]
    [InlineData(0.99, 99)]
    [InlineData(0.991, 100)]
    [InlineData(1, 100)]
    [InlineData(0.001, 1)]
    public void At_OfAHundredValues_IsTheSmallestThatCoversTheShare(double share, int expected)
    {
        var percentiles = new Percentiles();
        foreach (int value in Enumerable.Range(1, 100).Reverse())
            percentiles.Add(TimeSpan.FromMilliseconds(value));
        Assert.Equal(expected, percentiles.At(share).TotalMilliseconds);
        Assert.Equal(5050, percentiles.Sum.TotalMilliseconds);
    }

    [Fact]
    public void At_WithoutValues_IsZero() => Assert.Equal(TimeSpan.Zero, new Percentiles().At(0.5));
}
