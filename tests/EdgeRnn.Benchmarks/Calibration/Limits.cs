using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Calibration;

/// <summary>The limits of a layer on this machine: reading its weights once and multiplying, by all threads of a team at once.</summary>
internal sealed unsafe class Limits : IDisposable
{
    // Per thread; far enough apart not to share a cache line.
    private const int ResultBytes = 128;

    private static readonly ThreadTeam Alone = new(1);

    private readonly WeightCopies<CompiledLayer> _weights;
    private readonly Width _widest = Width.Of(KernelSet.Available[0]);
    private readonly List<PassTimer> _passes, _rereads;
    private readonly PassTimer _operations;
    private readonly HugeMemory _results;
    private readonly double _operationsPerRun;
    private readonly long _weightBytes;

    /// <param name="weights">The copies that the layer reads.</param>
    /// <param name="kernels">The kernels whose multiply-add peak counts.</param>
    public Limits(WeightCopies<CompiledLayer> weights, LayerKind kind, KernelSet kernels, CacheMode mode, ThreadTeam team)
    {
        _weights = weights;
        CompiledLayer layer = weights.Next();
        _weightBytes = layer.Layer.WeightBytes;
        _results = new HugeMemory(team.Count * (long)ResultBytes);
        // One thread reads a small layer faster than several that must be signaled first.
        ThreadTeam[] readers = team.Count == 1 ? [team] : [Alone, team];
        _passes = [.. ReadBandwidth.Distances.SelectMany(
            ahead => readers.Select(by => Reads(layer.Weights.Count, ahead, mode == CacheMode.Hot, by)))];
        // They were read a moment ago, so they come from whatever cache holds them.
        _rereads = layer.Weights.Count == 1 ? [] : [.. ReadBandwidth.Distances.SelectMany(
            ahead => readers.Select(by => Rereads(layer.Weights[^1], ahead, by)))];
        var own = Width.Of(kernels);
        _operationsPerRun = own.PeakOperations(kind.Precision) * team.Count;
        Action<int> multiply = part => own.RunPeak(kind.Precision, _results.Pointer + part * ResultBytes / sizeof(float));
        _operations = Timer(() => team.Run(multiply), hot: true, team);
    }

    public IEnumerable<ISampled> Sampled => [.. _passes, .. _rereads, _operations];

    private float Sink { get; set; } // so that no read is optimized away

    /// <summary>The limits as measured; each as median and as best sample.</summary>
    public Roofline Measured(IReadOnlyDictionary<ISampled, Timing> timings)
    {
        Timing Best(List<PassTimer> reads) => reads.Select(sampled => timings[sampled]).MinBy(timing => timing.Median);
        return new(Best(_passes), _rereads.Count == 0 ? default : Best(_rereads), timings[_operations] / _operationsPerRun, _weightBytes);
    }

    public void Dispose() => _results.Dispose();

    private PassTimer Reads(int buffers, int ahead, bool hot, ThreadTeam by)
    {
        CompiledLayer? layer = null;
        Action<int> read = part =>
        {
            for (int i = 0; i < buffers; i++)
                Read(layer!.Weights[i], ahead, part, by.Count);
        };
        return Timer(() =>
        {
            layer = _weights.Next();
            by.Run(read);
        }, hot, by);
    }

    private PassTimer Rereads(AlignedBuffer weights, int ahead, ThreadTeam by)
    {
        Action<int> read = part => Read(weights, ahead, part, by.Count);
        return Timer(() => by.Run(read), hot: true, by);
    }

    private static PassTimer Timer(Action pass, bool hot, ThreadTeam by) =>
        by.Count == 1 ? new PassTimer(pass, hot) : PassTimer.Shared(pass, by);

    private void Read(AlignedBuffer weights, int ahead, int part, int parts)
    {
        nint from = Start(part), to = Start(part + 1);
        Sink = _widest.Read(weights.Pointer + from, to - from, ahead / sizeof(float));

        nint Start(int index) => (nint)((long)weights.Length * index / parts / LanePadding.Units * LanePadding.Units);
    }
}
