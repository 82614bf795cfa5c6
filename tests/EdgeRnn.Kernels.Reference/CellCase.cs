using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Reference;

/// <summary>A cell with random weights, and what it should compute in double precision.</summary>
internal abstract record CellCase(int Inputs, int Units)
{
    /// <summary>Every kind of cell with every option, by name.</summary>
    private static readonly (string Name, Func<Random, int, int, CellCase> Make)[] Kinds =
    [
        .. from skipTerm in Enum.GetValues<SkipTerm>()
           from activation in Enum.GetValues<Activation>()
           select Kind($"sru {skipTerm} {activation}", (r, inputs, units) => SruCase.Random(r, inputs, units, skipTerm, activation)),
        .. from outputGate in new[] { false, true }
           select Kind($"qrnn {outputGate}", (r, inputs, units) => QrnnCase.Random(r, inputs, units, outputGate)),
        .. from cell in Enum.GetValues<GatedKind>()
           from activation in Enum.GetValues<CandidateActivation>()
           select Kind($"{cell} {activation}", (r, inputs, units) => GatedCase.Random(r, inputs, units, cell, activation)),
        Kind("lstm", LstmCase.Random),
        Kind("gru", GruCase.Random),
    ];

    public static IEnumerable<string> Names => Kinds.Select(kind => kind.Name);

    /// <summary>The arrays of the cell, each with at least one value.</summary>
    public abstract float[][] Operands { get; }

    /// <summary>Floats of state per unit.</summary>
    public virtual int StateVectors => 1;

    public static CellCase Random(string name, Random random, int inputs, int units) =>
        Kinds.Single(kind => kind.Name == name).Make(random, inputs, units);

    public abstract Cell ToCell();

    /// <summary>The same cell with its gate weights rounded to a precision.</summary>
    public virtual CellCase In(WeightPrecision precision) => this;

    /// <summary>Computes one frame with plain loops in double precision; shares no code with the kernels.</summary>
    /// <param name="state">[vector][unit], updated.</param>
    /// <returns>[unit]</returns>
    public abstract double[] Step(double[] input, double[] skip, double[] state);

    /// <summary>Computes frames: returns [frame][unit] and updates the state.</summary>
    public double[] Run(float[] frames, float[] skip, double[] state) =>
        [.. frames.Chunk(Inputs).Zip(skip.Chunk(Units)).SelectMany(row => Step(Widen(row.First), Widen(row.Second), state))];

    public static double[] Widen(float[] values) => Array.ConvertAll(values, value => (double)value);

    /// <summary>biases + weights [row][column] times a vector; an empty array of biases means zeros.</summary>
    protected static double[] Product(float[] weights, float[] biases, double[] vector)
    {
        double[] sums = new double[weights.Length / vector.Length];
        for (int row = 0; row < sums.Length; row++)
        {
            sums[row] = biases.Length == 0 ? 0 : biases[row];
            for (int i = 0; i < vector.Length; i++)
                sums[row] += weights[row * vector.Length + i] * vector[i];
        }

        return sums;
    }

    protected static float[] Weights(Random random, int rows, int columns) => random.Normals(rows * columns, 2 / MathF.Sqrt(columns));

    private static (string Name, Func<Random, int, int, CellCase> Make) Kind(string name, Func<Random, int, int, CellCase> make) =>
        (name, make);
}
