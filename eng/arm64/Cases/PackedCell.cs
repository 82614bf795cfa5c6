using EdgeRnn.Kernels.Reference;

namespace EdgeRnn.Arm64Cases;

/// <summary>The operands of a cell's entry: what the cell's own Compile packs.</summary>
/// <param name="Entry">The entry's name without its width.</param>
/// <param name="Weights">[gate][unit][input]</param>
/// <param name="Biases">[gate][unit]</param>
internal sealed record PackedCell(string Entry, float[] Weights, float[] Biases)
{
    /// <summary>[constant][unit] of a diagonal cell.</summary>
    public float[] Constants { get; init; } = [];

    /// <summary>[gate][unit][unit] of a fully recurrent cell; null otherwise.</summary>
    public float[]? RecurrentWeights { get; init; }

    /// <summary>[gate][unit] of a fully recurrent cell.</summary>
    public float[] RecurrentBiases { get; init; } = [];

    public static PackedCell Of(CellCase cell) => cell switch
    {
        SruCase sru => Of(sru),
        QrnnCase qrnn => Of(qrnn.OutputGate ? "QrnnGated" : "QrnnPooled", qrnn.GateWeights, qrnn.Biases, qrnn.Inputs) with
        {
            Constants = Values.Filled(qrnn.Units, 1 - QrnnCase.Zoneout),
        },
        GatedCase gated => Of($"{gated.Kind}{gated.Activation}", gated.GateWeights, gated.Biases, gated.Inputs),
        LstmCase lstm => Of("Lstm", lstm.GateWeights, lstm.Biases, lstm.Inputs) with
        {
            RecurrentWeights = lstm.Feedback,
            RecurrentBiases = new float[4 * lstm.Units],
        },
        GruCase gru => Of("Gru", gru.GateWeights, gru.Biases, gru.Inputs) with
        {
            RecurrentWeights = gru.Feedback,
            RecurrentBiases = [.. new float[2 * gru.Units], .. gru.FeedbackBias.Length > 0 ? gru.FeedbackBias : new float[gru.Units]],
        },
        _ => throw new InvalidOperationException($"{cell.GetType().Name} has no case in PackedCell."),
    };

    /// <summary>u0 and the skip matrix have no bias. The state's weights and the skip scale are constants.</summary>
    private static PackedCell Of(SruCase sru)
    {
        float[] biases = new float[sru.GateWeights.Length / sru.Inputs], constants = new float[3 * sru.Units];
        sru.Biases.CopyTo(biases, sru.Units);
        sru.WeightC.CopyTo(constants, 0);
        constants.AsSpan(2 * sru.Units).Fill(sru.SkipScale);
        return new($"Sru{sru.SkipTerm}{sru.Activation}", sru.GateWeights, biases) { Constants = constants };
    }

    private static PackedCell Of(string entry, float[] weights, float[] biases, int inputs) =>
        new(entry, weights, biases.Length > 0 ? biases : new float[weights.Length / inputs]);
}
