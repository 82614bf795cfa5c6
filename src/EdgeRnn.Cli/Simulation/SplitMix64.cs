namespace EdgeRnn.Cli.Simulation;

/// <summary>
/// Steele, Lea and Flood's SplitMix64 generator (2014): the same numbers for a seed on every machine and in every .NET version,
/// which System.Random does not guarantee. A mutable struct: pass by reference, do not copy.
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [from, to).</summary>
    public double Uniform(double from, double to) => from + ((to - from) * Uniform());

    /// <summary>Uniform in [0, count); the bias is below count / 2^53.</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>
    /// Nearly Gaussian, mean 0, variance 1: the scaled sum of four 16-bit uniforms of one draw, which needs no logarithm.
    /// </summary>
    public double Normal()
    {
        ulong bits = Next();
        ulong sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
        const double Center = 2.0 * 0xFFFF;
        const double Deviation = 0x10000 * 0.57735026918962576;
        return (sum - Center) / Deviation;
    }
}
