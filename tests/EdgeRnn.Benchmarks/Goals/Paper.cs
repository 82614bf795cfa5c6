namespace EdgeRnn.Benchmarks.Goals;

/// <summary>Speed-up of an SRU on an ARM processor by several steps per block (Sung and Park 2018, abstract).</summary>
internal static class Paper
{
    public static readonly (int Steps, double SpeedUp)[] SpeedUps = [(4, 3), (16, 9.3)];
}
