namespace EdgeRnn.Kernels.Weights;

/// <summary>bfloat16, the upper half of a float32: its sign, its exponent and seven bits of its fraction.</summary>
internal static class BFloat16
{
    /// <summary>The bits of the nearest bfloat16, ties to even. From 3.3961775e38 on it is infinity; any NaN gives 7FC0.</summary>
    public static ushort FromSingle(float value)
    {
        if (float.IsNaN(value))
            return 0x7FC0;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
