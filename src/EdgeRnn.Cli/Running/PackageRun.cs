using EdgeRnn.Cli.Output;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Local;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Running;

/// <summary>Runs one stream through a package in this process, writes its outputs and counts its blocks.</summary>
internal sealed class PackageRun : IDisposable
{
    private readonly int[] _blockSteps;
    private readonly LocalModel _model;
    private readonly LocalStream _stream;

    /// <param name="directory">The package.</param>
    /// <param name="blockSteps">Frames per block, 1 to 4096 each; used in turn.</param>
    /// <exception cref="ModelException">The package cannot be used.</exception>
    public PackageRun(string directory, int[] blockSteps, Terminal terminal)
    {
        _blockSteps = blockSteps;
        _model = LocalModel.Load(directory, KernelChoice.FromEnvironment(), new WarningLogger<LocalModel>(terminal));
        _stream = _model.OpenStream(new LocalRunOptions { BlockSteps = blockSteps }, new WarningLoggerFactory(terminal));
    }

    public RecurrentModel Model => _model.Model;

    /// <summary>The stream's state, between the frames of one <see cref="RunAsync"/> and the next.</summary>
    public RecurrentState State => _stream.State;

    /// <summary>Computes the frames, [n][input size] at a time, and writes their outputs.</summary>
    /// <exception cref="ModelException">The model failed.</exception>
    public async Task<RunReport> RunAsync(IAsyncEnumerable<ReadOnlyMemory<float>> frames, IReadOnlyList<ResultOutput> outputs)
    {
        long start = TimeProvider.System.GetTimestamp();
        SortedDictionary<int, long> blocks = [];
        await foreach (LocalResult result in _stream.RunAsync(frames))
        {
            blocks[result.BlockSteps] = blocks.GetValueOrDefault(result.BlockSteps) + 1;
            foreach (ResultOutput output in outputs)
                output.Write(result.FirstIndex, every: 1, result.Outputs.Span);
        }

        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
        return new RunReport(
            Model.Name, _stream.Frames, blocks.Values.Sum(), _stream.WeightPasses, _blockSteps, blocks.ToDictionary(), elapsed.TotalSeconds);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _model.Dispose();
    }
}
