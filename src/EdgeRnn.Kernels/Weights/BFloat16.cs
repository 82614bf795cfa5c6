namespace EdgeRnn.Kernels.Weights;

/// <summary>The upper half of a float32: its sign and exponent, and seven bits of fraction.</summary>
public static class BFloat16
{
    /// <summary>The nearest bfloat16, of two the even one; from 3.3961775e38 on infinity; NaN as 7FC0.</summary>
    public static ushort FromSingle(float value)
    {
        if (float.IsNaN(value))
            return 0x7FC0;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
