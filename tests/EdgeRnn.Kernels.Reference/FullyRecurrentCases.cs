using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;
using static EdgeRnn.Kernels.Reference.ReferenceKernels;

namespace EdgeRnn.Kernels.Reference;

/// <summary>An LSTM with random weights. Its state is h, then c.</summary>
internal sealed record LstmCase(int Inputs, int Units, float[] GateWeights, float[] Feedback, float[] Biases) : CellCase(Inputs, Units)
{
    private WeightPrecision Precision { get; init; }

    public override float[][] Operands => [GateWeights, Feedback];
    public override int StateVectors => 2;

    public static LstmCase Random(Random random, int inputs, int units) => new(
        inputs, units, Weights(random, 4 * units, inputs), Weights(random, 4 * units, units),
        random.Next(3) == 0 ? [] : random.Normals(4 * units));

    public override LstmCell ToCell() => new(Inputs, Units, GateWeights, Feedback, Biases);

    public override CellCase In(WeightPrecision precision) => this with
    {
        Precision = precision,
        GateWeights = LowPrecision.Weights(GateWeights, Inputs, precision),
        Feedback = LowPrecision.Weights(Feedback, Units, precision),
    };

    public override double[] Step(double[] input, double[] skip, double[] state)
    {
        double[] sums = Product(GateWeights, Biases, input), outputs = new double[Units];
        double[] feedback = Product(Feedback, [], LowPrecision.Frame(state[..Units], Precision));
        double Sum(int gate, int unit) => sums[gate * Units + unit] + feedback[gate * Units + unit];
        for (int unit = 0; unit < Units; unit++)
        {
            double c = Sigmoid(Sum(1, unit)) * state[Units + unit] + Sigmoid(Sum(0, unit)) * Math.Tanh(Sum(2, unit));
            state[Units + unit] = c;
            outputs[unit] = Sigmoid(Sum(3, unit)) * Math.Tanh(c);
        }

        outputs.CopyTo(state, 0);
        return outputs;
    }
}

/// <summary>A GRU with random weights.</summary>
internal sealed record GruCase(int Inputs, int Units, float[] GateWeights, float[] Feedback, float[] Biases, float[] FeedbackBias)
    : CellCase(Inputs, Units)
{
    private WeightPrecision Precision { get; init; }

    public override float[][] Operands => [GateWeights, Feedback];

    public static GruCase Random(Random random, int inputs, int units) => new(
        inputs, units, Weights(random, 3 * units, inputs), Weights(random, 3 * units, units),
        random.Next(3) == 0 ? [] : random.Normals(3 * units), random.Next(3) == 0 ? [] : random.Normals(units));

    public override GruCell ToCell() => new(Inputs, Units, GateWeights, Feedback, Biases, FeedbackBias);

    public override CellCase In(WeightPrecision precision) => this with
    {
        Precision = precision,
        GateWeights = LowPrecision.Weights(GateWeights, Inputs, precision),
        Feedback = LowPrecision.Weights(Feedback, Units, precision),
    };

    public override double[] Step(double[] input, double[] skip, double[] state)
    {
        double[] sums = Product(GateWeights, Biases, input), outputs = new double[Units];
        double[] feedback = Product(Feedback, [], LowPrecision.Frame(state, Precision));
        for (int unit = 0; unit < Units; unit++)
        {
            double r = Sigmoid(sums[unit] + feedback[unit]);
            double z = Sigmoid(sums[Units + unit] + feedback[Units + unit]);
            double bias = FeedbackBias.Length == 0 ? 0 : FeedbackBias[unit];
            double n = Math.Tanh(sums[2 * Units + unit] + r * (feedback[2 * Units + unit] + bias));
            outputs[unit] = (1 - z) * n + z * state[unit];
        }

        outputs.CopyTo(state, 0);
        return outputs;
    }
}
