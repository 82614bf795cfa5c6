using EdgeRnn.Cli.Simulation;

namespace EdgeRnn.Server.Tests.Simulation;

public sealed class PortableMathTests
{
    [Fact]
    public void SinAndCosTurns_ManyAngles_AreCloseToTheLibrary()
    {
        for (double turns = -3.0; turns < 1000; turns = (turns + 0.0137) * (turns < 3 ? 1 : 1.01))
        {
            Assert.Equal(Math.Sin(2 * Math.PI * (turns - Math.Floor(turns))), PortableMath.SinTurns(turns), 1e-8);
            Assert.Equal(Math.Cos(2 * Math.PI * (turns - Math.Floor(turns))), PortableMath.CosTurns(turns), 1e-8);
        }
    }

    [Fact]
    public void Log2_FromTinyToHuge_IsCloseToTheLibrary()
    {
        for (double value = 1e-300; value < 1e300; value *= 1.37)
            Assert.Equal(Math.Log2(value), PortableMath.Log2(value), 1e-8);
        Assert.Equal(0, PortableMath.Log2(1));
        Assert.Equal(-10, PortableMath.Log2(1.0 / 1024));
    }
}
