using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Benchmarks.Serving;

/// <summary>A package of random weights, larger than the caches; deleted when disposed.</summary>
internal sealed class LargePackage : IDisposable
{
    public const string Name = "large";
    private const int Layers = 5, Units = 2048, Matrices = 3;

    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("edgernn-large-");

    public LargePackage()
    {
        var random = new Random(1);
        var weights = new SafetensorsWriter();
        for (int layer = 0; layer < Layers; layer++)
        {
            weights.Add($"rnn_lst.{layer}.weight", [Units, Units * Matrices], Values(random, Units * Units * Matrices));
            weights.Add($"rnn_lst.{layer}.weight_c", [2 * Units], Values(random, 2 * Units));
            weights.Add($"rnn_lst.{layer}.bias", [2 * Units], Values(random, 2 * Units));
            weights.Add($"rnn_lst.{layer}.scale_x", [1], [1]);
        }

        weights.Save(Path.Combine(Directory, "weights.safetensors"));
        File.WriteAllText(Path.Combine(Directory, "model.json"), $$"""
            {
              "format": 1, "name": "{{Name}}", "version": "1",
              "input": { "size": {{Units}}, "non_finite": "reject" },
              "layers": {
                "family": "sru", "file": "weights.safetensors", "count": {{Layers}}, "hidden_size": {{Units}}, "tensor_names": "2.x",
                "activation": "tanh", "skip": true, "rescale": false, "layer_norm": "none", "input_projection": false
              }
            }
            """);
    }

    public static long WeightBytes => (long)Layers * Units * Units * Matrices * sizeof(float);

    public string Directory => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    private static float[] Values(Random random, int count)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = (random.NextSingle() - .5f) * .1f;
        return values;
    }
}
