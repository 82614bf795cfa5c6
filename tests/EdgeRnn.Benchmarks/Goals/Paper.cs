namespace EdgeRnn.Benchmarks.Goals;

/// <summary>Sung and Park 2018, abstract: how many times faster an SRU on an ARM processor is with several steps per block.</summary>
internal static class Paper
{
    public static readonly (int Steps, double SpeedUp)[] SpeedUps = [(4, 3), (16, 9.3)];
}
