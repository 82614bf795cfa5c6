using EdgeRnn.Kernels;

namespace EdgeRnn.Runtime.Models;

/// <summary>Makes SRU cells from the tensors of any naming scheme.</summary>
internal sealed class SruLayerReader(SruLayers layers, TensorReader tensors)
{
    private const float Epsilon = 1e-5f;
    private const float UnbiasedEpsilon = 1e-6f;

    /// <summary>The matrix before the first layer, where there is one.</summary>
    public LayerDefinition InputProjection(int inputs)
    {
        var weights = tensors.ReadMatrix("input_to_hidden.weight", layers.HiddenSize, inputs);
        return new LayerDefinition(new LinearCell(inputs, layers.HiddenSize, weights, default, OutputActivation.None));
    }

    /// <param name="index">Which layer, from 0.</param>
    /// <param name="inputs">Values per frame that come in.</param>
    /// <param name="projected">Inner size of a gate matrix that is a product of two; 0: it is one matrix.</param>
    public LayerDefinition Layer(int index, int inputs, int projected)
    {
        var name = $"rnn_lst.{index}.";
        var before = layers.LayerNorm == SruLayerNorm.Pre ? Norm($"{name}layer_norm.weight", $"{name}layer_norm.bias", inputs) : null;
        var projection = projected > 0 ? Projection(name, inputs, projected) : null;
        var cell = Cell(name, inputs, projected);
        var after = layers.LayerNorm switch
        {
            SruLayerNorm.Post => Norm($"{name}layer_norm.weight", $"{name}layer_norm.bias", layers.HiddenSize),
            SruLayerNorm.PostUnbiased => Norm($"ln_lst.{index}.a", $"ln_lst.{index}.b", layers.HiddenSize),
            _ => null,
        };
        return new LayerDefinition(cell, projection, before, after);
    }

    private SruCell Cell(string name, int inputs, int projected)
    {
        var units = layers.HiddenSize;
        var skip = !layers.Skip ? SkipTerm.None : inputs == units ? SkipTerm.Input : SkipTerm.Gate;
        var gates = skip == SkipTerm.Gate ? 4 : 3;
        var depth = projected > 0 ? projected : inputs;
        var biases = tensors.Read($"{name}bias", 2 * units);
        var isV1 = layers.TensorNames == SruTensorNames.V1;
        var weightC = isV1 ? [] : tensors.Read($"{name}weight_c", 2 * units);
        var scale = isV1 ? 1 : tensors.Read($"{name}scale_x", 1)[0];
        var weights = GateWeights(name, depth, gates, projected > 0);
        return new SruCell(depth, units, weights, biases, weightC, skip, layers.Rescale ? scale : 1, layers.Activation);
    }

    /// <summary>[gate][unit][input] from columns, or for 3.dev rows, that hold the gates of a unit side by side.</summary>
    private float[] GateWeights(string name, int depth, int gates, bool projected)
    {
        var columns = gates * (long)layers.HiddenSize;
        var transposed = layers.TensorNames == SruTensorNames.V3Dev;
        var stored = !transposed ? tensors.ReadMatrix($"{name}weight", depth, columns, unitsAreColumns: true)
            : tensors.ReadMatrix(projected ? $"{name}transform_module.1.weight" : $"{name}transform_module.weight", columns, depth);

        var (rowStep, columnStep) = transposed ? (1, depth) : ((int)columns, 1);
        var planar = new float[stored.Length];
        var to = 0;
        for (var gate = 0; gate < gates; gate++)
            for (var unit = 0; unit < layers.HiddenSize; unit++)
            {
                var from = (unit * gates + gate) * columnStep;
                for (var input = 0; input < depth; input++, from += rowStep)
                    planar[to++] = stored[from];
            }
        return planar;
    }

    private LinearCell Projection(string name, int inputs, int projected)
    {
        if (layers.TensorNames == SruTensorNames.V3Dev)
        {
            var rows = tensors.ReadMatrix($"{name}transform_module.0.weight", projected, inputs);
            return new LinearCell(inputs, projected, rows, default, OutputActivation.None);
        }
        var stored = tensors.ReadMatrix($"{name}weight_proj", inputs, projected, unitsAreColumns: true);
        var weights = new float[stored.Length];
        for (var input = 0; input < inputs; input++)
            for (var unit = 0; unit < projected; unit++)
                weights[unit * inputs + input] = stored[input * projected + unit];
        return new LinearCell(inputs, projected, weights, default, OutputActivation.None);
    }

    private LayerNormParameters Norm(string gain, string shift, int units)
    {
        var (epsilon, variance) = layers.LayerNorm == SruLayerNorm.PostUnbiased
            ? (UnbiasedEpsilon, LayerNormVariance.Unbiased)
            : (Epsilon, LayerNormVariance.Biased);
        return new LayerNormParameters(tensors.Read(gain, units), tensors.Read(shift, units), epsilon, variance);
    }
}
