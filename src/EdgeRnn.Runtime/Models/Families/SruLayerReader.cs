using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>Reads SRU layers under every naming scheme.</summary>
internal sealed class SruLayerReader(SruManifest layers, TensorReader tensors)
{
    private const float Epsilon = 1e-5f;
    private const float UnbiasedEpsilon = 1e-6f;

    /// <summary>The matrix before the first layer.</summary>
    public LayerDefinition InputProjection(int inputs)
    {
        float[] weights = tensors.ReadMatrix("input_to_hidden.weight", layers.HiddenSize, inputs);
        return new LayerDefinition(new LinearCell(inputs, layers.HiddenSize, weights, default, OutputActivation.None));
    }

    /// <param name="index">The layer, from 0.</param>
    /// <param name="inputs">Values per frame of the layer's input.</param>
    /// <param name="projected">Inner size of a gate matrix that is a product of two matrices; 0 if it is one matrix.</param>
    public LayerDefinition Layer(int index, int inputs, int projected)
    {
        string name = $"rnn_lst.{index}.";
        LayerNormParameters? before = layers.LayerNorm == SruLayerNorm.Pre
            ? Norm($"{name}layer_norm.weight", $"{name}layer_norm.bias", inputs)
            : null;
        LinearCell? projection = projected > 0 ? Projection(name, inputs, projected) : null;
        SruCell cell = Cell(name, inputs, projected);
        LayerNormParameters? after = layers.LayerNorm switch
        {
            SruLayerNorm.Post => Norm($"{name}layer_norm.weight", $"{name}layer_norm.bias", layers.HiddenSize),
            SruLayerNorm.PostUnbiased => Norm($"ln_lst.{index}.a", $"ln_lst.{index}.b", layers.HiddenSize),
            _ => null,
        };
        return new LayerDefinition(cell, projection, before, after);
    }

    private SruCell Cell(string name, int inputs, int projected)
    {
        int units = layers.HiddenSize;
        SkipTerm skip = !layers.Skip ? SkipTerm.None : inputs == units ? SkipTerm.Input : SkipTerm.Gate;
        int gates = skip == SkipTerm.Gate ? 4 : 3;
        int depth = projected > 0 ? projected : inputs;
        float[] biases = tensors.Read($"{name}bias", 2 * units);
        bool isV1 = layers.TensorNames == SruTensorNames.V1;
        float[] weightC = isV1 ? [] : tensors.Read($"{name}weight_c", 2 * units);
        float scale = isV1 ? 1 : tensors.Read($"{name}scale_x", 1)[0];
        if (skip == SkipTerm.Input && !layers.Rescale && scale != 1)
        {
            throw tensors.Error(
                $"{name}scale_x", "1, because rescale is false", $"{scale}: the module was made with rescale=True");
        }

        float[] weights = GateWeights(name, depth, gates, projected > 0);
        return new SruCell(depth, units, weights, biases, weightC, skip, layers.Rescale ? scale : 1, layers.Activation);
    }

    /// <summary>Returns [gate][unit][input]. In the file, the gates of a unit are adjacent columns, or adjacent rows in 3.dev.</summary>
    private float[] GateWeights(string name, int depth, int gates, bool projected)
    {
        long columns = gates * (long)layers.HiddenSize;
        bool transposed = layers.TensorNames == SruTensorNames.V3Dev;
        float[] stored = !transposed ? tensors.ReadMatrix($"{name}weight", depth, columns, unitsAreColumns: true)
            : tensors.ReadMatrix(projected ? $"{name}transform_module.1.weight" : $"{name}transform_module.weight", columns, depth);

        (int rowStep, int columnStep) = transposed ? (1, depth) : ((int)columns, 1);
        float[] planar = new float[stored.Length];
        int to = 0;
        for (int gate = 0; gate < gates; gate++)
        {
            for (int unit = 0; unit < layers.HiddenSize; unit++)
            {
                int from = (unit * gates + gate) * columnStep;
                for (int input = 0; input < depth; input++, from += rowStep)
                    planar[to++] = stored[from];
            }
        }

        return planar;
    }

    private LinearCell Projection(string name, int inputs, int projected)
    {
        if (layers.TensorNames == SruTensorNames.V3Dev)
        {
            float[] rows = tensors.ReadMatrix($"{name}transform_module.0.weight", projected, inputs);
            return new LinearCell(inputs, projected, rows, default, OutputActivation.None);
        }

        float[] stored = tensors.ReadMatrix($"{name}weight_proj", inputs, projected, unitsAreColumns: true);
        float[] weights = new float[stored.Length];
        for (int input = 0; input < inputs; input++)
        {
            for (int unit = 0; unit < projected; unit++)
                weights[unit * inputs + input] = stored[input * projected + unit];
        }

        return new LinearCell(inputs, projected, weights, default, OutputActivation.None);
    }

    private LayerNormParameters Norm(string gain, string shift, int units)
    {
        (float epsilon, LayerNormVariance variance) = layers.LayerNorm == SruLayerNorm.PostUnbiased
            ? (UnbiasedEpsilon, LayerNormVariance.Unbiased)
            : (Epsilon, LayerNormVariance.Biased);
        return new LayerNormParameters(tensors.Read(gain, units), tensors.Read(shift, units), epsilon, variance);
    }
}
