using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels;

/// <summary>How a layer norm divides the sum of squares.</summary>
public enum LayerNormVariance
{
    /// <summary>By n, as torch.nn.LayerNorm.</summary>
    Biased,

    /// <summary>By n - 1, as SRU 2.0.0 to 2.1.7; a layer of one unit then passes its input on unchanged.</summary>
    Unbiased,
}

/// <summary>A layer norm's parameters: gain (x - mean) / sqrt(variance + epsilon) + bias.</summary>
/// <param name="Gain">[unit], at least one.</param>
/// <param name="Bias">[unit]</param>
/// <param name="Epsilon">Finite and positive.</param>
/// <param name="Variance">How the variance is taken.</param>
public sealed record LayerNormParameters(
    ReadOnlyMemory<float> Gain, ReadOnlyMemory<float> Bias, float Epsilon, LayerNormVariance Variance);

/// <summary>Layer normalization compiled for one SIMD width; the same bits at every width.</summary>
public abstract class LayerNorm : IDisposable
{
    private protected LayerNorm(int units) => Units = units;

    /// <summary>Values per frame.</summary>
    public int Units { get; }

    /// <summary>Normalizes each of the first <paramref name="frames"/> rows. Allocates nothing.</summary>
    /// <param name="inputs"><see cref="Units"/> values per frame.</param>
    /// <param name="outputs">Receives as many; may be <paramref name="inputs"/>.</param>
    /// <param name="frames">How many rows.</param>
    /// <exception cref="ArgumentException">A buffer is too small.</exception>
    /// <exception cref="ObjectDisposedException">The layer norm or a buffer was disposed.</exception>
    public void Run(FrameRows inputs, FrameRows outputs, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frames);
        inputs.Check(frames, Units, nameof(inputs));
        outputs.Check(frames, Units, nameof(outputs));
        if (inputs.Buffer == outputs.Buffer && inputs.Stride != outputs.Stride)
            throw new ArgumentException("outputs: in place, the stride must be that of the inputs.", nameof(outputs));
        RunRows(inputs, outputs, frames);
    }

    /// <summary>Frees the parameters; no pass may be running.</summary>
    public abstract void Dispose();

    private protected abstract void RunRows(FrameRows inputs, FrameRows outputs, int frames);
}

internal sealed unsafe class LayerNorm<TLanes> : LayerNorm where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly AlignedBuffer _gainAndBias;
    private readonly int _padded;
    private readonly float _epsilon;
    private readonly LayerNormVariance _variance;

    public LayerNorm(LayerNormParameters parameters, Func<int, AlignedBuffer> allocate) : base(parameters.Gain.Length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Units, 1, "Gain");
        if (parameters.Bias.Length != Units)
            throw new ArgumentException($"Bias: expected {Units} values like Gain, found {parameters.Bias.Length}.", nameof(parameters));
        if (!(parameters.Epsilon > 0 && float.IsFinite(parameters.Epsilon)))
            throw new ArgumentException($"Epsilon: expected a positive number, found {parameters.Epsilon}.", nameof(parameters));
        if (!Enum.IsDefined(parameters.Variance))
            throw new ArgumentException($"Variance: unknown value {parameters.Variance}.", nameof(parameters));
        _epsilon = parameters.Epsilon;
        _variance = parameters.Variance;
        _padded = LanePadding.Pad(Units);
        _gainAndBias = allocate(checked(2 * _padded));
        parameters.Gain.Span.CopyTo(_gainAndBias.Span);
        parameters.Bias.Span.CopyTo(_gainAndBias.Span[_padded..]);
    }

    public override void Dispose() => _gainAndBias.Dispose();

    private protected override void RunRows(FrameRows inputs, FrameRows outputs, int frames)
    {
        float* from = inputs.Buffer.Pointer, to = outputs.Buffer.Pointer;
        for (int frame = 0; frame < frames; frame++, from += inputs.Stride, to += outputs.Stride)
        {
            if (Units == 1 && _variance == LayerNormVariance.Unbiased)
                Lanes1.OneNaN(Lanes1.Load(from)).Store(to);
            else
                Normalize(from, to, _gainAndBias.Pointer, _gainAndBias.Pointer + _padded, Units, _epsilon, _variance);
        }
    }

    /// <summary>Normalizes one row of at least two units, or one with the biased variance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Normalize(float* from, float* to, float* gain, float* bias, int units, float epsilon, LayerNormVariance variance)
    {
        float mean = StripedSum.Of<TLanes, ValueTerm>(from, units, 0) / units;
        float squares = StripedSum.Of<TLanes, SquaredDistanceTerm>(from, units, mean);
        float meanSquare = squares / (variance == LayerNormVariance.Biased ? units : units - 1);
        TLanes means = TLanes.Broadcast(mean), scale = TLanes.Broadcast(1 / MathF.Sqrt(meanSquare + epsilon));
        for (int unit = 0; unit < units; unit += TLanes.Count)
        {
            TLanes normalized = (TLanes.Load(from + unit) - means) * scale;
            TLanes.OneNaN(TLanes.MultiplyAdd(normalized, TLanes.Load(gain + unit), TLanes.Load(bias + unit))).Store(to + unit);
        }
    }
}
