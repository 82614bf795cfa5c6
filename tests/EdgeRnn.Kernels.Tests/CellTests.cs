using EdgeRnn.Kernels.Cells;

namespace EdgeRnn.Kernels.Tests;

public class CellTests
{
    [Theory]
    [InlineData(0, 13), InlineData(7, 0), InlineData(-1, 13)]
    public void SruCell_SizeBelowOne_Throws(int inputs, int units) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Sru(inputs, units, 0, 0, 0));

    [Theory]
    [InlineData(272, 26, 26, SkipTerm.None, "weights: expected 273 values (3 gates x 13 units x 7 inputs), found 272.")]
    [InlineData(273, 26, 26, SkipTerm.Gate, "weights: expected 364 values (4 gates x 13 units x 7 inputs), found 273.")]
    [InlineData(273, 39, 26, SkipTerm.Input, "biases: expected 26 values (2 gates x 13 units), found 39.")]
    [InlineData(273, 26, 13, SkipTerm.Input, "weightC: expected 26 values (2 gates x 13 units, or none), found 13.")]
    internal void SruCell_WrongLength_NamesExpectedAndFound(int weights, int biases, int weightC, SkipTerm skipTerm, string message)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => Sru(7, 13, weights, biases, weightC, skipTerm));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SruCell_ProductOfSizesExceedsInt_Throws() =>
        Assert.Throws<OverflowException>(() => Sru(1 << 20, 1 << 20, 0, 0, 0));

    [Fact]
    public void SruCell_UnknownOption_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Sru(7, 13, 273, 26, 26, (SkipTerm)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sru(7, 13, 273, 26, 26, SkipTerm.None, (Activation)7));
    }

    [Fact]
    public void LinearCell_WrongLengthOrOption_NamesExpectedAndFound()
    {
        Refused("expected 91 values (13 units x 7 inputs), found 90", 90, 13, OutputActivation.None);
        Refused("expected 13 values (13 units, or none), found 12", 91, 12, OutputActivation.None);
        Refused("Unknown activation", 91, 13, (OutputActivation)7);

        static void Refused(string message, int weights, int bias, OutputActivation activation)
        {
            ArgumentException refused = Assert.ThrowsAny<ArgumentException>(
                () => new LinearCell(7, 13, new float[weights], new float[bias], activation));
            Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        }
    }

    private static SruCell Sru(
        int inputs, int units, int weights, int biases, int weightC, SkipTerm skipTerm = SkipTerm.None,
        Activation activation = Activation.Tanh) =>
        new(inputs, units, new float[weights], new float[biases], new float[weightC], skipTerm, 1, activation);
}
