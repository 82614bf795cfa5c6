using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models.Tensors;

public sealed class ElementTypesTests
{
    [Fact]
    public void ReadSingles_EveryHalf_IsExact()
    {
        float[] values = SafetensorsBytes.ReadSingles("F16", AllSixteenBits(), 65536);
        for (int bits = 0; bits < 65536; bits++)
        {
            // The definition: sign, five bits of exponent, ten of fraction.
            (double sign, int exponent, int fraction) = (bits >> 15 == 0 ? 1.0 : -1.0, (bits >> 10) & 31, bits & 1023);
            double expected = exponent switch
            {
                0 => sign * fraction * Math.Pow(2, -24),
                31 => fraction == 0 ? sign * double.PositiveInfinity : double.NaN,
                _ => sign * (1024 + fraction) * Math.Pow(2, exponent - 25),
            };
            Assert.True(expected.Equals(values[bits]), $"{bits:x4}: expected {expected}, found {values[bits]}");
            if (fraction == 0 && exponent == 0)
                Assert.Equal(sign < 0, float.IsNegative(values[bits]));
        }
    }

    [Fact]
    public void ReadSingles_EveryBfloat_IsTheUpperHalfOfAFloat()
    {
        float[] values = SafetensorsBytes.ReadSingles("BF16", AllSixteenBits(), 65536);
        for (int bits = 0; bits < 65536; bits++)
            Assert.Equal((uint)bits << 16, BitConverter.SingleToUInt32Bits(values[bits]));
    }

    [Fact]
    public void ReadSingles_Double_IsRoundedToTheNearest()
    {
        double[] values = [0.1, -0.0, double.PositiveInfinity, 1e300, 1e-46, 1e-45, 1 + Math.Pow(2, -24), double.NaN, -3.5];

        float[] read = SafetensorsBytes.ReadSingles("F64", [.. values.SelectMany(BitConverter.GetBytes)], values.Length);

        Assert.Equal([0.1f, -0f, float.PositiveInfinity, float.PositiveInfinity, 0, float.Epsilon, 1, float.NaN, -3.5f], read);
        Assert.True(float.IsNegative(read[1]));
    }

    [Fact]
    public void ReadSingles_Float_KeepsEveryBit()
    {
        uint[] bits = [0, 0x80000000, 1, 0x7f800000, 0xff800000, 0x7fc00001, 0x3f800001, 0x007fffff];

        float[] read = SafetensorsBytes.ReadSingles("F32", [.. bits.SelectMany(BitConverter.GetBytes)], bits.Length);

        Assert.Equal(bits, read.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void ReadSingles_LongerThanAPiece_IsComplete()
    {
        double[] expected = Enumerable.Range(0, 50_001).Select(i => (double)i).ToArray();

        float[] read = SafetensorsBytes.ReadSingles("F64", [.. expected.SelectMany(BitConverter.GetBytes)], expected.Length);

        Assert.Equal(expected, read.Select(value => (double)value));
    }

    [Theory]
    [InlineData("F64", 1)]
    [InlineData("F32", 0)]
    public void ReadSingles_WithLogger_WarnsOfRoundingOnly(string type, int warnings)
    {
        int size = type == "F64" ? 8 : 4;
        string header = $$$"""{"x":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,{{{size}}}]}}""";
        using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Of(header, size));
        var logger = new ListLogger();

        file.ReadSingles("x", logger);

        Assert.Equal(warnings, logger.Lines.Count(line => line == "Warning: t.safetensors: x is F64 and was rounded to F32"));
        Assert.Equal(warnings, logger.Lines.Count);
    }

    private static byte[] AllSixteenBits() => [.. Enumerable.Range(0, 65536).SelectMany(bits => BitConverter.GetBytes((ushort)bits))];
}
