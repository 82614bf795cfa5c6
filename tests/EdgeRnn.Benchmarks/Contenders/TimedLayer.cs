using EdgeRnn.Benchmarks.Calibration;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Benchmarks.Threads;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>A layer, its limits and its contenders.</summary>
internal sealed class TimedLayer : IDisposable
{
    // In larger layers the product dwarfs everything else.
    private const int MaxHiddenForParts = 128;

    private readonly KernelSet _kernels;
    private readonly CacheMode _mode;
    private readonly WeightCopies<CompiledLayer> _weights;
    private readonly ThreadTeam _team;
    private readonly RuntimeWorkers? _workers;
    private readonly Limits _limits;
    private readonly List<Contender> _contenders = [];
    private readonly Dictionary<int, LayerParts> _parts = [];

    /// <param name="weights">The cell's weights in the kind's precision.</param>
    public TimedLayer(LayerKind kind, LayerProblem problem, KernelSet kernels, CacheMode mode, WeightCopies<CompiledLayer> weights)
    {
        Kind = kind;
        Problem = problem;
        _kernels = kernels;
        _mode = mode;
        _weights = weights;
        _team = new ThreadTeam(kind.Threads);
        _workers = kind.Threads == 1 ? null : new RuntimeWorkers(kind.Threads);
        _limits = new Limits(_weights, kind, kernels, mode, _team);
    }

    public LayerKind Kind { get; }

    public LayerProblem Problem { get; }

    public IReadOnlyList<Contender> Contenders => _contenders;

    /// <summary>Adds contenders for one block size; returns what a round samples of them.</summary>
    /// <param name="peers">The peers' contenders for that size.</param>
    public IEnumerable<ISampled> Add(int steps, int segments, IEnumerable<Contender> peers)
    {
        Contender[] added = [new EdgeRnnContender(Problem, Kind, _kernels, _weights, _mode, _workers?.Helpers, steps, segments), .. peers];
        _contenders.AddRange(added);
        if (Kind != LayerKind.Sru || _mode != CacheMode.Hot || Problem.Hidden > MaxHiddenForParts || segments > 1)
            return [.. _limits.Sampled, .. added];
        LayerParts parts = _parts[steps] = Width.Of(_kernels).CreateParts(Problem, steps);
        return [.. _limits.Sampled, .. added, parts.Packing, parts.Product, parts.ProductAndRecurrence];
    }

    /// <summary>The best form of each variant at each block size and number of streams.</summary>
    public IEnumerable<Measurement> Measured(IReadOnlyDictionary<ISampled, Timing> timings, IReadOnlyDictionary<Contender, double> errors)
    {
        Roofline limits = _limits.Measured(timings);
        return _contenders.Select(contender => new Measurement(
            contender.Kind, contender.Variant, contender.Form, contender.Steps, contender.Segments, timings[contender] / contender.Frames,
            limits, limits.PerFrame(contender.Frames, Problem.OperationsPerFrame), errors[contender]))
            .GroupBy(measured => (measured.Variant, measured.Steps, measured.Segments)).Select(Best);
    }

    /// <summary>The parts of a small hot layer's time.</summary>
    public IEnumerable<PartTimes> Divided(IReadOnlyDictionary<ISampled, Timing> timings) => _parts.Select(pair => new PartTimes(
        pair.Key, timings[pair.Value.Packing], timings[pair.Value.Product], timings[pair.Value.ProductAndRecurrence],
        timings[_contenders.First(contender => (contender.Variant, contender.Steps) == (EdgeRnnContender.Name, pair.Key))]));

    public void Dispose()
    {
        _workers?.Dispose(); // first, because helpers use what the contenders own
        foreach (Contender contender in _contenders)
            contender.Dispose();
        foreach (LayerParts part in _parts.Values)
            part.Dispose();
        _limits.Dispose();
        _team.Dispose();
    }

    /// <summary>The fastest form; a wrong result comes first, so that no other form hides it.</summary>
    private static Measurement Best(IEnumerable<Measurement> forms) =>
        forms.OrderBy(form => form.IsRight).ThenBy(form => form.PerFrame.Median).First();
}
