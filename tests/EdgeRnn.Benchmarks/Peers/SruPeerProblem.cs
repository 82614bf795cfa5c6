using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Kernels.Reference;

namespace EdgeRnn.Benchmarks.Peers;

/// <summary>The SRU that peers run: tanh, the state in both gates, its input as skip term.</summary>
internal sealed class SruPeerProblem(LayerProblem layer)
{
    public const int Gates = 3;

    private readonly SruCase _cell = (SruCase)layer.Cell;

    /// <summary>Units, and values per frame.</summary>
    public int Hidden => layer.Hidden;

    /// <summary>[gate][unit][input]: candidate, forget, reset.</summary>
    public float[] Weights => _cell.GateWeights;

    /// <summary>[2][unit]: forget, reset.</summary>
    public float[] Biases => _cell.Biases;

    /// <summary>[2][unit]: forget, reset.</summary>
    public float[] WeightC => _cell.WeightC;

    /// <inheritdoc cref="LayerProblem.Frames"/>
    public ReadOnlySpan<float> Frames(int stream, int steps) => layer.Frames(stream, steps);

    /// <summary>The state before a stream's first frame: [unit].</summary>
    public ReadOnlySpan<float> State(int stream) => layer.State(stream);
}
