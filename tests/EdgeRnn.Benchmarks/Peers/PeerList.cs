using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks.Peers;

/// <summary>The peers that were asked for and are installed.</summary>
internal sealed class PeerList : IDisposable
{
    public static readonly string[] Names = ["openblas", "onednn", "torch"];

    private readonly List<IPeer> _peers = [];
    private readonly List<string> _absent = [];

    /// <param name="layer">The SRU that peers run too.</param>
    public PeerList(IReadOnlyList<string> names, LayerProblem layer, CacheMode mode, int maxSteps, int streams)
    {
        var problem = new SruPeerProblem(layer);
        foreach (string name in names)
        {
            IPeer? peer = name switch
            {
                "openblas" => OpenBlas.Create(problem, mode),
                "onednn" => OneDnn.Create(problem, mode),
                _ => Torch.Create(problem, mode, maxSteps, streams),
            };
            if (peer is null)
                _absent.Add($"{name}: not installed");
            else
                _peers.Add(peer);
        }
    }

    private PeerList()
    {
    }

    /// <summary>No peers: for runs without the layer that they have.</summary>
    public static PeerList None => new();

    public IReadOnlyList<string> Descriptions => [.. _peers.Select(peer => peer.Description), .. _absent];

    public IEnumerable<Contender> Contenders(int steps, int segments) => _peers.SelectMany(peer => peer.Contenders(steps, segments));

    public void Dispose()
    {
        foreach (IPeer peer in _peers)
            peer.Dispose();
    }
}
