using System.Text.Json.Nodes;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models;

/// <summary>A small package with random weights: 7 inputs, two SRU layers of 13 units, 5 outputs. Change it, then write it.</summary>
internal sealed class TestPackage
{
    public const int Inputs = 7, Units = 13, Outputs = 5;

    private readonly Random _random = new(20250101);

    public TestPackage(string name = "small")
    {
        Manifest = JsonNode.Parse($$"""
            {
              "format": 1, "name": "{{name}}", "version": "1",
              "input": {
                "size": {{Inputs}}, "rate": 50, "non_finite": "reject",
                "normalization": { "file": "head.safetensors", "mean": "input_mean", "deviation": "input_std" }
              },
              "layers": {
                "family": "sru", "file": "weights.safetensors", "count": 2, "hidden_size": {{Units}},
                "tensor_names": "2.x", "activation": "identity", "skip": true, "rescale": true, "layer_norm": "none"
              },
              "head": { "file": "head.safetensors", "weight": "head.weight", "bias": "head.bias", "activation": "none" },
              "output": { "meaning": "nothing", "labels": ["a", "b", "c", "d", "e"] }
            }
            """)!.AsObject();
        for (int layer = 0; layer < 2; layer++)
        {
            (int inputs, int gates) = layer == 0 ? (Inputs, 4) : (Units, 3);
            Weights[$"rnn_lst.{layer}.weight"] = Random(inputs, Units * gates);
            Weights[$"rnn_lst.{layer}.weight_c"] = Random(2 * Units);
            Weights[$"rnn_lst.{layer}.bias"] = Random(2 * Units);
            Weights[$"rnn_lst.{layer}.scale_x"] = new Tensor([1], [1.5f]);
        }

        Head["head.weight"] = Random(Outputs, Units);
        Head["head.bias"] = Random(Outputs);
        Head["input_mean"] = Random(Inputs);
        Head["input_std"] = new Tensor([Inputs], [.. Enumerable.Range(1, Inputs).Select(i => i / 4f)]);
    }

    public sealed record Tensor(long[] Shape, float[] Values);

    public JsonObject Manifest { get; }

    public Dictionary<string, Tensor> Weights { get; } = [];

    public Dictionary<string, Tensor> Head { get; } = [];

    /// <summary>Replaces a value of the manifest: "layers.count".</summary>
    public TestPackage Set(string path, JsonNode? value)
    {
        string[] keys = path.Split('.');
        JsonObject section = Manifest;
        foreach (string key in keys[..^1])
            section = section[key]!.AsObject();
        section[keys[^1]] = value;
        return this;
    }

    public TestPackage Without(string path)
    {
        Set(path, 0);
        string[] keys = path.Split('.');
        JsonObject section = keys[..^1].Aggregate(Manifest, (node, key) => node[key]!.AsObject());
        section.Remove(keys[^1]);
        return this;
    }

    /// <summary>Writes the package and returns its folder.</summary>
    public string WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, ModelManifest.FileName), Manifest.ToJsonString());
        Save(Weights, Path.Combine(directory, "weights.safetensors"));
        Save(Head, Path.Combine(directory, "head.safetensors"));
        return directory;
    }

    public RecurrentModel Load()
    {
        using var folder = new TemporaryFolder();
        return ModelLoader.Load(WriteTo(folder["model"]), KernelSets.Any);
    }

    public Tensor Random(params int[] shape) =>
        new([.. shape.Select(count => (long)count)], [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => Normal())]);

    public static float[] Frames(int frames, int seed = 7)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, frames * Inputs).Select(_ => random.NextSingle() * 4 - 2)];
    }

    private static void Save(Dictionary<string, Tensor> tensors, string path)
    {
        var writer = new SafetensorsWriter();
        foreach ((string name, Tensor tensor) in tensors)
            writer.Add(name, tensor.Shape, tensor.Values);
        writer.Save(path);
    }

    private float Normal() => _random.NextSingle() * 2 - 1;
}
