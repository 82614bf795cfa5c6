using System.Buffers.Binary;
using System.Text.Json.Nodes;
using EdgeRnn.Runtime.Models.Safetensors;

namespace EdgeRnn.Runtime.Tests.Models;

/// <summary>One folder of the reference vectors.</summary>
internal sealed class ReferenceVector
{
    public const string Bidirectional = "sru260-l2-in9-h17-bidir";
    private readonly JsonObject _config;

    public ReferenceVector(string name)
    {
        Folder = Path.Combine(RepositoryFiles.Vectors, name);
        _config = JsonNode.Parse(File.ReadAllText(ConfigPath))!.AsObject();
        var path = Path.Combine(Folder, "io.safetensors");
        using var tensors = SafetensorsFile.Open(path);
        Input = tensors.ReadSingles("input");
        StateIn = tensors.Contains("state_in") ? tensors.ReadSingles("state_in") : null;
        var bytes = File.ReadAllBytes(path);
        Output = Doubles(bytes, tensors["output_f64"]);
        StateOut = Doubles(bytes, tensors["state_out_f64"]);
    }

    /// <summary>The configurations that a stream can run.</summary>
    public static IEnumerable<string> Streamable =>
        Directory.EnumerateDirectories(RepositoryFiles.Vectors)
            .Select(folder => Path.GetFileName(folder)!).Where(name => name != Bidirectional).Order();

    public string Folder { get; }

    public string ConfigPath => Path.Combine(Folder, "config.json");

    public string WeightsPath => Path.Combine(Folder, "weights.safetensors");

    public float[] Input { get; }

    public float[]? StateIn { get; }

    public double[] Output { get; }

    public double[] StateOut { get; }

    /// <summary>How far a float32 engine may be off.</summary>
    public double Tolerance => 4 * _config["f32_vs_f64_max_abs"]!.GetValue<double>() + 1e-6;

    private static double[] Doubles(byte[] file, TensorInfo tensor)
    {
        Assert.Equal("F64", tensor.Type);
        var values = new double[tensor.Bytes / sizeof(double)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(file.AsSpan((int)tensor.Offset + i * sizeof(double)));
        return values;
    }
}
