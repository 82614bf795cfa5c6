using System.Text.Json;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>
/// Layers of quasi-recurrent units, named as in salesforce/pytorch-qrnn. Tensors: layers.N.linear.weight [gates hidden, window inputs] and
/// .bias; rows z, f, o; of each row, the current frame's columns first.
/// </summary>
/// <param name="Basics">The options of every family.</param>
/// <param name="Window">Frames that the gates see: 1, or 2 with the previous one, which is part of the state.</param>
/// <param name="OutputGate">Whether there is an output gate: fo-pooling, not f-pooling.</param>
/// <param name="Zoneout">From 0 to below 1. The forget gate is multiplied by 1 - zoneout, as upstream does at inference.</param>
internal sealed record QrnnManifest(LayerBasics Basics, int Window, bool OutputGate, double Zoneout) : LayersManifest(FamilyName, Basics)
{
    internal const string FamilyName = "qrnn";

    internal override string FirstTensor => "layers.0.linear.weight";

    internal override IReadOnlyList<string> TensorModules => ["layers."];

    internal static QrnnManifest Read(JsonSection section, LayerBasics basics) => new(
        basics,
        section.Integer("window", 1, 2, absent: 1),
        section.Boolean("output_gate", true),
        section.Fraction("zoneout", 0));

    private protected override LayerDefinition BuildLayer(int index, int inputs, TensorReader tensors)
    {
        InputWindow? window = Window == 2 ? new InputWindow(inputs) : null;
        int width = window?.Width ?? inputs;
        int gates = OutputGate ? 3 : 2;
        (float[] weights, float[] biases) = tensors.ReadLinear($"layers.{index}.linear", gates * HiddenSize, width, bias: true);
        return new LayerDefinition(new QrnnCell(width, HiddenSize, weights, biases, OutputGate, (float)Zoneout), Window: window);
    }

    private protected override void WriteOptions(Utf8JsonWriter json)
    {
        json.WriteNumber("window", Window);
        json.WriteBoolean("output_gate", OutputGate);
        json.WriteNumber("zoneout", Zoneout);
    }
}
