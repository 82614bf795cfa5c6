namespace EdgeRnn.Cli.Simulation;

/// <summary>
/// Sine, cosine and logarithm from additions, multiplications and divisions only. Math.Sin and Math.Log call the platform's C library and
/// may differ in the last bit; these give the same bits on x64 and ARM64, where .NET rounds doubles after every operation.
/// Accurate to about nine digits, far below the simulated sensor's noise.
/// </summary>
internal static class PortableMath
{
    /// <summary>sin(2π·turns), for |turns| below 2^50.</summary>
    public static double SinTurns(double turns)
    {
        double t = turns - Math.Floor(turns + 0.5);          // [-1/2, 1/2)
        if (t > 0.25)
            t = 0.5 - t;
        else if (t < -0.25)
            t = -0.5 - t;                                 // [-1/4, 1/4]: the Taylor series converges fast
        double x = 2 * Math.PI * t;
        double s = x * x;
        return x * (1 - (s / 6 * (1 - (s / 20 * (1 - (s / 42 * (1 - (s / 72 * (1 - (s / 110 * (1 - (s / 156))))))))))));
    }

    /// <summary>cos(2π·turns), for |turns| below 2^50.</summary>
    public static double CosTurns(double turns) => SinTurns(turns + 0.25);

    /// <summary>Base-2 logarithm of a positive, normal number.</summary>
    public static double Log2(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2·atanh((m-1)/(m+1)), with |(m-1)/(m+1)| <= 0.172.
        double a = (mantissa - 1) / (mantissa + 1);
        double s = a * a;
        const double TwoOverLn2 = 2.8853900817779268;
        return exponent + (TwoOverLn2 * a * (1 + (s * ((1.0 / 3) + (s * ((1.0 / 5) + (s * ((1.0 / 7) + (s * (1.0 / 9))))))))));
    }
}
