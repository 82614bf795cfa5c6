using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Reference;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>Every cell, with as many inputs as units, initialized like its upstream.</summary>
internal static class LayerCells
{
    public const string Sru = "sru", Qrnn = "qrnn", QrnnWindow2 = "qrnn2";

    private static readonly Entry[] Cells =
    [
        new(Sru, 3, MakeSru),
        new(Qrnn, 3, (random, d) => new QrnnCase(d, d, true, Weights(random, 3, d, d), Biases(random, 3, d))),
        new(QrnnWindow2, 6, (random, d) => new QrnnCase(2 * d, d, true, Weights(random, 3, d, 2 * d), Biases(random, 3, d))),
        new("mingru", 2, (random, d) => Gated(random, d, GatedKind.MinGru, 2, CandidateActivation.LogSpace)),
        new("minlstm", 3, (random, d) => Gated(random, d, GatedKind.MinLstm, 3, CandidateActivation.LogSpace)),
        new("gilr", 2, (random, d) => Gated(random, d, GatedKind.Gilr, 2, CandidateActivation.Tanh)),
        new("lstm", 8, (random, d) => new LstmCase(d, d, Weights(random, 4, d, d), Weights(random, 4, d, d), Biases(random, 4, d))),
        new("gru", 6, (random, d) => new GruCase(
            d, d, Weights(random, 3, d, d), Weights(random, 3, d, d), Biases(random, 3, d), Biases(random, 1, d))),
    ];

    public static string[] Names => [.. Cells.Select(cell => cell.Name)];

    /// <param name="hidden">Units, and values per frame.</param>
    public static CellCase Make(string name, Random random, int hidden) => Find(name).Make(random, hidden);

    /// <summary>Multiply-adds of a frame.</summary>
    public static double MultiplyAdds(string name, int hidden) => (double)Find(name).SquareMatrices * hidden * hidden;

    private static Entry Find(string name) => Cells.Single(cell => cell.Name == name);

    // tanh, the state in both gates, the input as skip term.
    private static SruCase MakeSru(Random random, int hidden) => new(hidden, hidden, SkipTerm.Input, Activation.Tanh)
    {
        GateWeights = random.Uniforms(3 * hidden * hidden, MathF.Sqrt(3f / hidden)),
        Biases = random.Uniforms(2 * hidden, 0.5f),
        WeightC = random.Uniforms(2 * hidden, 1),
        SkipScale = 1,
    };

    private static GatedCase Gated(Random random, int hidden, GatedKind kind, int gates, CandidateActivation activation) =>
        new(hidden, hidden, kind, activation, Weights(random, gates, hidden, hidden), Biases(random, gates, hidden));

    private static float[] Weights(Random random, int gates, int units, int columns) =>
        random.Uniforms(gates * units * columns, 1 / MathF.Sqrt(columns));

    private static float[] Biases(Random random, int gates, int units) => random.Uniforms(gates * units, 1 / MathF.Sqrt(units));

    /// <summary>Values from -<paramref name="bound"/> to <paramref name="bound"/>.</summary>
    public static float[] Uniforms(this Random random, int count, float bound)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = bound * (2 * random.NextSingle() - 1);
        return values;
    }

    /// <param name="SquareMatrices">Matrices of units x units that a frame is multiplied by.</param>
    private sealed record Entry(string Name, int SquareMatrices, Func<Random, int, CellCase> Make);
}
