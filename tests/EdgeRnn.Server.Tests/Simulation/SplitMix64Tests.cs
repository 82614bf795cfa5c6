using EdgeRnn.Cli.Simulation;

namespace EdgeRnn.Server.Tests.Simulation;

public sealed class SplitMix64Tests
{
    [Fact]
    public void Normal_ManyDraws_HasMeanZeroAndVarianceOne()
    {
        var random = new SplitMix64(20180601);
        double sum = 0, squares = 0;
        for (int i = 0; i < 100_003; i++)
        {
            double value = random.Normal();
            sum += value;
            squares += value * value;
        }

        Assert.Equal(0, sum / 100_003, 0.02);
        Assert.Equal(1, squares / 100_003, 0.02);
    }

    // The reference outputs for seed 1234567 that the generator's public-domain C source is commonly checked against.
    [Fact]
    public void Next_KnownSeed_GivesTheReferenceValues()
    {
        var random = new SplitMix64(1234567);
        Assert.Equal(6457827717110365317UL, random.Next());
        Assert.Equal(3203168211198807973UL, random.Next());
    }
}
