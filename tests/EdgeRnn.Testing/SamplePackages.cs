using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Testing;

/// <summary>A folder of small SRU packages with random weights; deleted when disposed. Sizes are odd on purpose.</summary>
public sealed class SamplePackages : IDisposable
{
    public const int Inputs = 7;
    public const int Units = 13;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgernn-tests-");

    /// <summary>The folder that holds the packages.</summary>
    public string Models => _folder.FullName;

    /// <summary>Adds a package of two layers without a head: 7 inputs, 13 outputs.</summary>
    /// <param name="nonFinite">"reject", "pass" or "hold".</param>
    public SamplePackages Add(string name, string nonFinite = "reject", int seed = 1)
    {
        DirectoryInfo package = _folder.CreateSubdirectory(name);
        var random = new Random(seed);
        var weights = new SafetensorsWriter();
        for (int layer = 0, inputs = Inputs; layer < 2; layer++, inputs = Units)
        {
            int matrices = inputs == Units ? 3 : 4;
            weights.Add($"rnn_lst.{layer}.weight", [inputs, Units * matrices], Values(random, inputs * Units * matrices));
            weights.Add($"rnn_lst.{layer}.weight_c", [2 * Units], Values(random, 2 * Units));
            weights.Add($"rnn_lst.{layer}.bias", [2 * Units], Values(random, 2 * Units));
            weights.Add($"rnn_lst.{layer}.scale_x", [1], [1]);
        }

        weights.Save(Path.Combine(package.FullName, "weights.safetensors"));
        File.WriteAllText(Path.Combine(package.FullName, "model.json"), $$"""
            {
              "format": 1,
              "name": "{{name}}",
              "version": "1",
              "input": { "size": {{Inputs}}, "rate": 50, "non_finite": "{{nonFinite}}" },
              "layers": {
                "family": "sru", "file": "weights.safetensors", "count": 2, "hidden_size": {{Units}}, "tensor_names": "2.x",
                "activation": "tanh", "skip": true, "rescale": false, "layer_norm": "none", "input_projection": false
              }
            }
            """);
        return this;
    }

    /// <summary>Frames of values between -2 and 2.</summary>
    public static float[] Frames(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count * Inputs).Select(_ => (random.NextSingle() - 0.5f) * 4)];
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static float[] Values(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 1.5f)];
}
