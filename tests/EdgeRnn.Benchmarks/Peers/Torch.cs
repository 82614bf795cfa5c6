using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks.Peers;

/// <summary>PyTorch (Debian: python3-torch) in a child process, which times its own passes.</summary>
internal sealed class Torch : IPeer
{
    private const string Python = "/usr/bin/python3"; // Debian's own, the only one that sees Debian's packages

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly string _version;

    private Torch(SruPeerProblem problem, CacheMode mode, int maxSteps, int streams)
    {
        _folder = Directory.CreateTempSubdirectory("edgernn-benchmarks");
        Write("weights", problem.Weights);
        Write("biases", problem.Biases);
        Write("weight_c", problem.WeightC);
        Write("frames", [.. Enumerable.Range(0, streams).SelectMany(stream => problem.Frames(stream, maxSteps).ToArray())]);
        Write("states", [.. Enumerable.Range(0, streams).SelectMany(stream => problem.State(stream).ToArray())]);
        int copies = WeightCopies<Torch>.Count(mode, problem.Weights.Length * (long)sizeof(float));
        string script = Path.Combine(AppContext.BaseDirectory, "Peers", "torch_sru.py");
        _process = Process.Start(new ProcessStartInfo(
            Python, [script, _folder.FullName, $"{problem.Hidden}", $"{maxSteps}", $"{streams}", $"{copies}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            // PyTorch does not tell the BLAS below it how many threads to use.
            Environment = { ["OPENBLAS_NUM_THREADS"] = "1", ["OMP_NUM_THREADS"] = "1" },
        })!;
        _version = ReadLine();
    }

    public string Description => $"PyTorch {_version}";

    /// <summary>The peer, or null if it is not installed.</summary>
    public static Torch? Create(SruPeerProblem problem, CacheMode mode, int maxSteps, int streams) =>
        IsInstalled() ? new(problem, mode, maxSteps, streams) : null;

    public IEnumerable<Contender> Contenders(int steps, int segments) =>
        [new Form(this, "linear", steps, segments), new Form(this, "matmul", steps, segments)];

    public void Dispose()
    {
        _process.StandardInput.Close(); // the script ends with its input
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static bool IsInstalled()
    {
        if (!File.Exists(Python))
            return false;
        using Process process = Process.Start(new ProcessStartInfo(Python,
            ["-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)"]))!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private void Write(string name, float[] values) =>
        File.WriteAllBytes(Path.Combine(_folder.FullName, name + ".f32"), MemoryMarshal.AsBytes<float>(values));

    private string Ask(string request)
    {
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        return ReadLine();
    }

    private string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException("PyTorch's process ended early; see its message.");

    private sealed class Form(Torch peer, string form, int steps, int segments) : Contender(LayerKind.Sru, "torch", form, steps, segments)
    {
        public override double Sample() => double.Parse(peer.Ask($"sample {Form} {Steps} {Segments}"), CultureInfo.InvariantCulture);

        public override float[] Outputs()
        {
            peer.Ask($"outputs {Form} {Steps} {Segments}");
            byte[] bytes = File.ReadAllBytes(Path.Combine(peer._folder.FullName, "outputs.f32"));
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        }

        public override void Dispose()
        {
        }
    }
}
