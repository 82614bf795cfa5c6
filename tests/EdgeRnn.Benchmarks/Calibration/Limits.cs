using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Calibration;

/// <summary>What bounds a layer on this machine: reading its weights once, and multiplying; by all threads of a team at once.</summary>
internal sealed unsafe class Limits : IDisposable
{
    // Of each thread; far enough apart not to share a cache line.
    private const int ResultBytes = 128;

    private readonly WeightCopies<CompiledLayer> _weights;
    private readonly ThreadTeam _team;
    private readonly Width _widest = Width.Of(KernelSet.Available[0]);
    private readonly List<PassTimer> _passes, _rereads;
    private readonly PassTimer _operations;
    private readonly HugeMemory _results;
    private readonly double _operationsPerRun;
    private readonly long _weightBytes;

    /// <param name="weights">The very copies that the layer reads.</param>
    /// <param name="kernels">Whose multiply-add peak counts.</param>
    public Limits(WeightCopies<CompiledLayer> weights, LayerKind kind, KernelSet kernels, CacheMode mode, ThreadTeam team)
    {
        (_weights, _team) = (weights, team);
        CompiledLayer layer = weights.Next();
        _weightBytes = layer.Layer.WeightBytes;
        _results = new HugeMemory(team.Count * (long)ResultBytes);
        _passes = [.. ReadBandwidth.Distances.Select(ahead => Reads(layer.Weights.Count, ahead, mode == CacheMode.Hot))];
        // Read a moment ago, so from whatever cache holds them.
        _rereads = layer.Weights.Count == 1 ? [] : [.. ReadBandwidth.Distances.Select(ahead => Rereads(layer.Weights[^1], ahead))];
        Width own = Width.Of(kernels);
        _operationsPerRun = own.PeakOperations(kind.Precision) * team.Count;
        Action<int> multiply = part => own.RunPeak(kind.Precision, _results.Pointer + part * ResultBytes / sizeof(float));
        _operations = Timer(() => team.Run(multiply), hot: true);
    }

    public IEnumerable<ISampled> Sampled => [.. _passes, .. _rereads, _operations];

    private float Sink { get; set; } // so that no read is optimised away

    /// <summary>The limits as measured; each as median and as best sample.</summary>
    public Roofline Measured(IReadOnlyDictionary<ISampled, Timing> timings)
    {
        Timing Best(List<PassTimer> reads) => reads.Select(sampled => timings[sampled]).MinBy(timing => timing.Median);
        return new(Best(_passes), _rereads.Count == 0 ? default : Best(_rereads), timings[_operations] / _operationsPerRun, _weightBytes);
    }

    public void Dispose() => _results.Dispose();

    private PassTimer Reads(int buffers, int ahead, bool hot)
    {
        CompiledLayer? layer = null;
        Action<int> read = part =>
        {
            for (int i = 0; i < buffers; i++) Read(layer!.Weights[i], ahead, part);
        };
        return Timer(() =>
        {
            layer = _weights.Next();
            _team.Run(read);
        }, hot);
    }

    private PassTimer Rereads(AlignedBuffer weights, int ahead)
    {
        Action<int> read = part => Read(weights, ahead, part);
        return Timer(() => _team.Run(read), hot: true);
    }

    private PassTimer Timer(Action pass, bool hot) => _team.Count == 1 ? new PassTimer(pass, hot) : PassTimer.Shared(pass, _team);

    private void Read(AlignedBuffer weights, int ahead, int part)
    {
        nint from = Start(part), to = Start(part + 1);
        Sink = _widest.Read(weights.Pointer + from, to - from, ahead / sizeof(float));

        nint Start(int index) => (nint)((long)weights.Length * index / _team.Count / LanePadding.Units * LanePadding.Units);
    }
}
