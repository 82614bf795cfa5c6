using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;
using static EdgeRnn.Kernels.Reference.ReferenceKernels;

namespace EdgeRnn.Kernels.Reference;

/// <summary>A QRNN with random weights and a zoneout of 0.1.</summary>
internal sealed record QrnnCase(int Inputs, int Units, bool OutputGate, float[] GateWeights, float[] Biases) : CellCase(Inputs, Units)
{
    public const float Zoneout = 0.1f;

    public override float[][] Operands => [GateWeights];

    public static QrnnCase Random(Random random, int inputs, int units, bool outputGate)
    {
        int rows = (outputGate ? 3 : 2) * units;
        return new(inputs, units, outputGate, Weights(random, rows, inputs), random.Next(3) == 0 ? [] : random.Normals(rows));
    }

    public override QrnnCell ToCell() => new(Inputs, Units, GateWeights, Biases, OutputGate, Zoneout);

    public override CellCase In(WeightPrecision precision) =>
        this with { GateWeights = LowPrecision.Weights(GateWeights, Inputs, precision) };

    public override double[] Step(double[] input, double[] skip, double[] state)
    {
        double[] sums = Product(GateWeights, Biases, input), outputs = new double[Units];
        for (int unit = 0; unit < Units; unit++)
        {
            double f = Sigmoid(sums[Units + unit]) * (1 - (double)Zoneout);
            state[unit] = f * Math.Tanh(sums[unit]) + (1 - f) * state[unit];
            outputs[unit] = OutputGate ? Sigmoid(sums[2 * Units + unit]) * state[unit] : state[unit];
        }

        return outputs;
    }
}

internal enum GatedKind { MinGru, MinLstm, Gilr }

/// <summary>A gated cell with random weights.</summary>
internal sealed record GatedCase(
    int Inputs, int Units, GatedKind Kind, CandidateActivation Activation, float[] GateWeights, float[] Biases) : CellCase(Inputs, Units)
{
    public override float[][] Operands => [GateWeights];

    public static GatedCase Random(Random random, int inputs, int units, GatedKind kind, CandidateActivation activation)
    {
        int rows = (kind == GatedKind.MinLstm ? 3 : 2) * units;
        return new(inputs, units, kind, activation, Weights(random, rows, inputs), random.Next(3) == 0 ? [] : random.Normals(rows));
    }

    public override Cell ToCell() => Kind switch
    {
        GatedKind.MinGru => new MinGruCell(Inputs, Units, GateWeights, Biases, Activation),
        GatedKind.MinLstm => new MinLstmCell(Inputs, Units, GateWeights, Biases, Activation),
        _ => new GilrCell(Inputs, Units, GateWeights, Biases, Activation),
    };

    public override CellCase In(WeightPrecision precision) =>
        this with { GateWeights = LowPrecision.Weights(GateWeights, Inputs, precision) };

    public override double[] Step(double[] input, double[] skip, double[] state)
    {
        double[] sums = Product(GateWeights, Biases, input);
        for (int unit = 0; unit < Units; unit++)
        {
            double v = sums[unit], first = Sigmoid(sums[Units + unit]);
            double candidate = Activation switch
            {
                CandidateActivation.Tanh => Math.Tanh(v),
                CandidateActivation.Elu => v >= 0 ? v : Math.Exp(v) - 1,
                CandidateActivation.LogSpace => v >= 0 ? v + 0.5 : Sigmoid(v),
                _ => v,
            };
            double keep = Kind switch
            {
                GatedKind.MinGru => 1 - first,
                GatedKind.MinLstm => first / (first + Sigmoid(sums[2 * Units + unit])),
                _ => first,
            };
            state[unit] = keep * state[unit] + (1 - keep) * candidate;
        }

        return [.. state];
    }
}
