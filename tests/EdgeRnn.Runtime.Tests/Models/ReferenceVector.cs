using System.Buffers.Binary;
using System.Text.Json.Nodes;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

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
        string path = Path.Combine(Folder, "io.safetensors");
        using var tensors = SafetensorsFile.Open(path);
        Input = tensors.ReadSingles("input");
        HasState = tensors.Tensors.Any(tensor => tensor.Name.Contains("_in", StringComparison.Ordinal));
        byte[] bytes = File.ReadAllBytes(path);
        Output = Doubles(bytes, tensors["output_f64"]);
        FinalState = tensors.Tensors.Where(tensor => tensor.Name.Contains("_out_f64", StringComparison.Ordinal))
            .ToDictionary(tensor => tensor.Name, tensor => Doubles(bytes, tensor));
    }

    /// <summary>The vectors that a stream can run: all but the bidirectional one.</summary>
    public static IEnumerable<string> Streamable =>
        Directory.EnumerateDirectories(RepositoryFiles.Vectors)
            .Select(folder => Path.GetFileName(folder)!).Where(name => name != Bidirectional).Order();

    public string Folder { get; }

    public string ConfigPath => Path.Combine(Folder, "config.json");

    public string WeightsPath => Path.Combine(Folder, "weights.safetensors");

    public float[] Input { get; }

    public double[] Output { get; }

    /// <summary>By the tensor's name.</summary>
    private Dictionary<string, double[]> FinalState { get; }

    private bool HasState { get; }

    /// <summary>The largest error that a float32 engine may have.</summary>
    public double Tolerance => 4 * _config["f32_vs_f64_max_abs"]!.GetValue<double>() + 1e-6;

    /// <summary>Fills the initial state if it is not zeros.</summary>
    public void Start(RecurrentState state)
    {
        if (!HasState)
            return;
        using var tensors = SafetensorsFile.Open(Path.Combine(Folder, "io.safetensors"));
        StateTensors.Read(state, tensors);
    }

    /// <summary>The final state, part by part.</summary>
    public double[] StateOut(RecurrentModel model)
    {
        using RecurrentState state = model.CreateState();
        return [.. state.Parts.SelectMany(part => part.Name == StatePart.PreviousInput
            ? FinalState[$"prev_x_out_f64.{part.Layer}"]
            : FinalState[$"{part.Name}_out_f64"].AsSpan(part.Layer * part.Size, part.Size).ToArray())];
    }

    private static double[] Doubles(byte[] file, TensorInfo tensor)
    {
        Assert.Equal("F64", tensor.Type);
        double[] values = new double[tensor.Bytes / sizeof(double)];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(file.AsSpan((int)tensor.Offset + i * sizeof(double)));
        return values;
    }
}
