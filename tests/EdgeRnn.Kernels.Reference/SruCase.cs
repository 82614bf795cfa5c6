using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;
using static EdgeRnn.Kernels.Reference.ReferenceKernels;

namespace EdgeRnn.Kernels.Reference;

/// <summary>An SRU with random weights.</summary>
internal sealed record SruCase(int Inputs, int Units, SkipTerm SkipTerm, Activation Activation) : CellCase(Inputs, Units)
{
    public required float[] GateWeights { get; init; }
    public required float[] Biases { get; init; }
    public required float[] WeightC { get; init; }
    public float SkipScale { get; init; } = 1.7f;

    public override float[][] Operands => [GateWeights, Biases];

    public static SruCase Random(Random random, int inputs, int units, SkipTerm skipTerm, Activation activation)
    {
        int gates = skipTerm == SkipTerm.Gate ? 4 : 3;
        return new SruCase(inputs, units, skipTerm, activation)
        {
            GateWeights = Weights(random, gates * units, inputs),
            Biases = random.Normals(2 * units),
            WeightC = random.Next(4) == 0 ? [] : random.Normals(2 * units),
        };
    }

    public override SruCell ToCell() => new(Inputs, Units, GateWeights, Biases, WeightC, SkipTerm, SkipScale, Activation);

    public override CellCase In(WeightPrecision precision) =>
        this with { GateWeights = LowPrecision.Weights(GateWeights, Inputs, precision) };

    public override double[] Step(double[] input, double[] skip, double[] state)
    {
        double[] sums = Product(GateWeights, [], input), outputs = new double[Units];
        for (int unit = 0; unit < Units; unit++)
        {
            double weightCf = WeightC.Length == 0 ? 0 : WeightC[unit], weightCr = WeightC.Length == 0 ? 0 : WeightC[Units + unit];
            double before = state[unit];
            double f = Sigmoid(sums[Units + unit] + Biases[unit] + weightCf * before);
            double r = Sigmoid(sums[2 * Units + unit] + Biases[Units + unit] + weightCr * before);
            double c = f * before + (1 - f) * sums[unit];
            double g = Activation switch { Activation.Tanh => Math.Tanh(c), Activation.Relu => Math.Max(0, c), _ => c };
            double x = SkipTerm switch { SkipTerm.Input => skip[unit] * SkipScale, SkipTerm.Gate => sums[3 * Units + unit], _ => 0 };
            state[unit] = c;
            outputs[unit] = r * g + (1 - r) * x;
        }

        return outputs;
    }
}
