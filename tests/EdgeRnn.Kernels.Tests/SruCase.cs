namespace EdgeRnn.Kernels.Tests;

/// <summary>An SRU with random weights.</summary>
internal sealed record SruCase(int Inputs, int Units, SkipTerm SkipTerm, Activation Activation)
{
    public required float[] Weights { get; init; }
    public required float[] Biases { get; init; }
    public required float[] WeightC { get; init; }
    public float SkipScale { get; init; } = 1.7f;

    public static SruCase Random(Random random, int inputs, int units, SkipTerm skipTerm, Activation activation)
    {
        int gates = skipTerm == SkipTerm.Gate ? 4 : 3;
        return new SruCase(inputs, units, skipTerm, activation)
        {
            Weights = random.Normals(gates * units * inputs, 2 / MathF.Sqrt(inputs)),
            Biases = random.Normals(2 * units),
            WeightC = random.Next(4) == 0 ? [] : random.Normals(2 * units),
        };
    }

    public SruCell ToCell() => new(Inputs, Units, Weights, Biases, WeightC, SkipTerm, SkipScale, Activation);
}
