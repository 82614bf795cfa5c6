using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks;

/// <summary>Interleaved measurements of layers of one size in one cache mode.</summary>
/// <param name="Measurements">The best form of each variant of each layer at each block size and number of streams.</param>
/// <param name="Parts">The parts of a small hot SRU's time, by block size.</param>
/// <param name="Peers">Versions and choices of the peers, or a note that one is not installed.</param>
internal sealed record LayersResult(
    KernelSet Kernels, int Hidden, CacheMode Mode, IReadOnlyList<Measurement> Measurements, IReadOnlyList<PartTimes> Parts,
    IReadOnlyList<string> Peers)
{
    private const double WeakCalibration = 1.02;

    /// <summary>The block sizes at which EdgeRnn ran a layer.</summary>
    public IEnumerable<int> Steps(LayerKind kind) =>
        Measurements.Where(found => found.Kind == kind && found.Variant == EdgeRnnContender.Name).Select(found => found.Steps).Distinct();

    public Measurement? Find(LayerKind kind, string variant, int steps, int segments = 1) => Measurements.FirstOrDefault(
        found => (found.Kind, found.Variant, found.Steps, found.Segments) == (kind, variant, steps, segments));

    public Measurement? Own(LayerKind kind, int steps, int segments = 1) => Find(kind, EdgeRnnContender.Name, steps, segments);

    /// <summary>Measurements faster than the limits allow: the limits were measured too low, and no share of them counts.</summary>
    public IEnumerable<Measurement> AboveRoofline
    {
        get
        {
            // Peers always use the widest registers, so the limits of narrower ones do not bind them.
            bool includesPeers = Kernels == KernelSet.Available[0];
            return Measurements.Where(measured => measured.Share.Median > WeakCalibration
                && (includesPeers || measured.Variant == EdgeRnnContender.Name));
        }
    }
}
