using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Benchmarks.Peers;

namespace EdgeRnn.Benchmarks;

/// <summary>Times layers of one size in one mode: all cells, contenders, block sizes and the calibration in the same rounds.</summary>
internal static class LayersBenchmark
{
    public static LayersResult Run(LayersOptions options, int hidden, CacheMode mode)
    {
        int maxSteps = options.Steps.Max(), streams = options.Segments.Max();
        LayerKind[] kinds = [.. options.Kinds];
        var problems = kinds.GroupBy(kind => kind.Cell).ToDictionary(
            cell => cell.Key,
            cell => new LayerProblem(cell.Key, hidden, maxSteps, streams, cell.Select(kind => kind.Precision).Distinct()));
        // Layers with the same weights share them, so that hot weights occupy the caches only once.
        var weights = kinds.Select(kind => (kind.Cell, kind.Precision)).Distinct().ToDictionary(
            key => key, key => CompiledLayer.Copies(options.Kernels, problems[key.Cell].Cell.ToCell(), key.Precision, mode));
        List<TimedLayer> layers = [.. kinds.Select(kind => new TimedLayer(
            kind, problems[kind.Cell], options.Kernels, mode, weights[(kind.Cell, kind.Precision)]))];
        using PeerList peers = kinds.Contains(LayerKind.Sru)
            ? new PeerList(options.Peers, problems[LayerKind.Sru.Cell], mode, maxSteps, streams)
            : PeerList.None;

        var schedule = new List<ISampled>();
        foreach (int segments in options.Segments)
        {
            foreach (int steps in options.Steps)
            {
                foreach (TimedLayer layer in layers)
                    schedule.AddRange(layer.Add(steps, segments, layer.Kind == LayerKind.Sru ? peers.Contenders(steps, segments) : []));
            }
        }

        var errors = layers
            .SelectMany(layer => layer.Contenders.Select(contender => (layer, contender)))
            .ToDictionary(pair => pair.contender, pair => pair.layer.Problem.MaxError(
                pair.contender.Outputs(), pair.contender.Steps, pair.contender.Kind.Precision));
        Dictionary<ISampled, Timing> timings = Rounds.Run(schedule, options.Rounds);
        var result = new LayersResult(
            options.Kernels, hidden, mode,
            [.. layers.SelectMany(layer => layer.Measured(timings, errors))],
            [.. layers.SelectMany(layer => layer.Divided(timings))],
            peers.Descriptions);
        foreach (TimedLayer layer in layers)
            layer.Dispose();
        foreach (WeightCopies<CompiledLayer> copies in weights.Values)
            copies.Dispose();
        return result;
    }
}
