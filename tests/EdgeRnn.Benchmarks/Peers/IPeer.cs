using EdgeRnn.Benchmarks.Contenders;

namespace EdgeRnn.Benchmarks.Peers;

/// <summary>A peer's library, with the layer's weights in the layouts that it prefers.</summary>
internal interface IPeer : IDisposable
{
    /// <summary>Name, version and its choices for this machine.</summary>
    string Description { get; }

    /// <summary>All forms in which the peer can run blocks of this size; the fastest counts.</summary>
    IEnumerable<Contender> Contenders(int steps, int segments);
}
