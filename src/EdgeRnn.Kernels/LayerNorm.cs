using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Linked;

namespace EdgeRnn.Kernels;

/// <summary>The divisor of a layer norm's sum of squares.</summary>
internal enum LayerNormVariance
{
    /// <summary>n, as in torch.nn.LayerNorm.</summary>
    Biased,

    /// <summary>n - 1, as in asappresearch/sru 2.0.0 to 2.1.7. A layer of one unit then passes its input on unchanged.</summary>
    Unbiased,
}

/// <summary>
/// The parameters of a layer norm (Ba et al. 2016, arXiv:1607.06450), as in torch.nn.LayerNorm:
/// <code>
/// h = gain (x - mean) / sqrt(variance + epsilon) + bias
/// </code>
/// </summary>
/// <param name="Gain">[unit], at least one.</param>
/// <param name="Bias">[unit]</param>
/// <param name="Epsilon">Finite and positive.</param>
internal sealed record LayerNormParameters(
    ReadOnlyMemory<float> Gain, ReadOnlyMemory<float> Bias, float Epsilon, LayerNormVariance Variance);

/// <summary>A layer norm compiled for one SIMD width. All widths give the same bits.</summary>
internal abstract class LayerNorm : IDisposable
{
    private protected LayerNorm(int units) => Units = units;

    /// <summary>Values per frame.</summary>
    public int Units { get; }

    /// <summary>Normalizes each of the first <paramref name="frames"/> rows. Allocates nothing.</summary>
    /// <param name="inputs"><see cref="Units"/> values per frame.</param>
    /// <param name="outputs">Receives as many; may be <paramref name="inputs"/>.</param>
    /// <param name="frames">Number of rows.</param>
    /// <exception cref="ArgumentException">A buffer is too small.</exception>
    /// <exception cref="ObjectDisposedException">The layer norm or a buffer was disposed.</exception>
    public void Run(FrameRows inputs, FrameRows outputs, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frames);
        inputs.Check(frames, Units, nameof(inputs));
        outputs.Check(frames, Units, nameof(outputs));
        if (inputs.Buffer == outputs.Buffer && inputs.Stride != outputs.Stride)
        {
            throw new ArgumentException(
                $"outputs: in place, expected the stride of the inputs, {inputs.Stride}, found {outputs.Stride}.", nameof(outputs));
        }

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
        float* from = inputs.Buffer.Pointer, to = outputs.Buffer.Pointer, gain = _gainAndBias.Pointer, bias = gain + _padded;
        int divisor = _variance == LayerNormVariance.Biased ? Units : Units - 1;
        for (int frame = 0; frame < frames; frame++, from += inputs.Stride, to += outputs.Stride)
        {
            if (divisor == 0)
                Lanes1.CanonicalizeNaN(Lanes1.Load(from)).Store(to);
            else if (LinkedKernels.Has<TLanes>())
                LinkedKernels.Normalize<TLanes>(from, to, gain, bias, Units, divisor, _epsilon);
            else
                Normalize(from, to, gain, bias, Units, divisor, _epsilon);
        }
    }

    /// <summary>Normalizes one row: of at least 2 units for the unbiased variance, at least 1 for the biased one.</summary>
    /// <param name="divisor">Of the sum of squares: units or units - 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Normalize(float* from, float* to, float* gain, float* bias, int units, int divisor, float epsilon)
    {
        float mean = StripedSum.Of<TLanes, ValueTerm>(from, units, 0) / units;
        float squares = StripedSum.Of<TLanes, SquaredDistanceTerm>(from, units, mean);
        float meanSquare = squares / divisor;
        TLanes means = TLanes.Broadcast(mean), scale = TLanes.Broadcast(1 / MathF.Sqrt(meanSquare + epsilon));
        for (int unit = 0; unit < units; unit += TLanes.Count)
        {
            TLanes normalized = (TLanes.Load(from + unit) - means) * scale;
            TLanes.CanonicalizeNaN(TLanes.MultiplyAdd(normalized, TLanes.Load(gain + unit), TLanes.Load(bias + unit))).Store(to + unit);
        }
    }
}
