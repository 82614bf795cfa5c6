using EdgeRnn.Benchmarks.Calibration;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Benchmarks.Peers;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks;

/// <summary>Times one layer in one mode: all contenders, all block sizes and the calibration in the same rounds.</summary>
internal static class LayersBenchmark
{
    // In larger layers the product hides everything else.
    private const int MaxHiddenForParts = 128;

    public static LayerResult Run(LayersOptions options, int hidden, CacheMode mode)
    {
        int maxSteps = options.Steps.Max(), streams = options.Segments.Max();
        var problem = new SruProblem(hidden, maxSteps, streams);
        SruCell cell = problem.ToCell();
        long weightBytes = WeightBytes(options.Kernels, cell);
        using var weights = new WeightCopies<CompiledLayer>(mode, weightBytes, () => new CompiledLayer(options.Kernels, cell));
        using var limits = new Limits(weights, weightBytes, options.Kernels, mode);
        using var peers = new PeerList(options.Peers, problem, mode, maxSteps, streams);

        var contenders = new List<Contender>();
        var parts = new Dictionary<int, LayerParts>();
        var schedule = new List<ISampled>();
        foreach (int segments in options.Segments)
        {
            foreach (int steps in options.Steps)
            {
                contenders.Add(new EdgeRnnContender(problem, options.Kernels, weights, mode, steps, segments));
                contenders.AddRange(peers.Contenders(steps, segments));
                schedule.AddRange(limits.Sampled);
                schedule.AddRange(contenders.Where(contender => (contender.Steps, contender.Segments) == (steps, segments)));
                if (mode != CacheMode.Hot || hidden > MaxHiddenForParts || segments > 1) continue;
                parts[steps] = Width.Of(options.Kernels).CreateParts(problem, steps);
                schedule.AddRange([parts[steps].Packing, parts[steps].Product, parts[steps].ProductAndRecurrence]);
            }
        }

        Dictionary<Contender, double> errors = contenders.ToDictionary(
            contender => contender, contender => problem.MaxError(contender.Outputs(), contender.Steps));
        Dictionary<ISampled, Timing> timings = Rounds.Run(schedule, options.Rounds);
        Roofline roofline = limits.Measured(timings);
        var layer = new LayerResult(
            hidden, mode, WeightCopies<CompiledLayer>.Count(mode, weightBytes), roofline,
            [.. contenders.Select(Measure).GroupBy(measured => (measured.Variant, measured.Steps, measured.Segments)).Select(Best)],
            [.. parts.Select(part => Divide(part.Key, part.Value))],
            peers.Descriptions);
        foreach (Contender contender in contenders) contender.Dispose();
        foreach (LayerParts part in parts.Values) part.Dispose();
        return layer;

        Measurement Measure(Contender contender) => new(
            contender.Variant, contender.Form, contender.Steps, contender.Segments, timings[contender] / contender.Frames,
            roofline.PerFrame(contender.Frames, problem.OperationsPerFrame), errors[contender]);

        PartTimes Divide(int steps, LayerParts part) => new(
            steps, timings[part.Packing], timings[part.Product], timings[part.ProductAndRecurrence], timings[contenders.First(contender =>
                (contender.Variant, contender.Steps, contender.Segments) == (EdgeRnnContender.Name, steps, 1))]);
    }

    /// <summary>The fastest form, but a wrong result is never hidden behind it.</summary>
    private static Measurement Best(IEnumerable<Measurement> forms)
        => forms.OrderBy(form => form.IsRight).ThenBy(form => form.PerFrame.Median).First();

    private static long WeightBytes(KernelSet kernels, Cell cell)
    {
        using GateLayer layer = kernels.Compile(cell);
        return layer.WeightBytes;
    }
}
