using System.Runtime.Intrinsics.Arm;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Linked;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>The kernels of one SIMD width. All widths give the same bits and differ in speed only.</summary>
internal abstract class KernelSet
{
    /// <summary>The environment variable that overrides the choice of the best width.</summary>
    public const string EnvironmentVariable = "EDGERNN_KERNELS";

    private protected KernelSet(string name, int lanes)
    {
        Name = name;
        Lanes = lanes;
    }

    /// <summary>The sets that this processor can run, best first; "scalar" is always the last.</summary>
    public static IReadOnlyList<KernelSet> Available { get; } = Detect();

    /// <summary>"scalar", "v128", "v256" or "v512".</summary>
    public string Name { get; }

    /// <summary>Units per register.</summary>
    public int Lanes { get; }

    /// <summary>The available set named <paramref name="name"/>; the best one if that is null or empty.</summary>
    /// <exception cref="NotSupportedException">No such set is available. The message lists those that are.</exception>
    public static KernelSet Select(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return Available[0];
        return Available.FirstOrDefault(set => set.Name == name) ?? throw new NotSupportedException(
            $"expected kernels that this processor has, one of {string.Join(", ", Available)}, found '{name}'");
    }

    /// <summary>Packs a cell's weights for this width. The layer owns the packed copy.</summary>
    /// <exception cref="OverflowException">The packed weights exceed 2^31 floats.</exception>
    public GateLayer Compile(Cell cell, WeightPrecision precision = WeightPrecision.Fp32)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (!Enum.IsDefined(precision))
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "Unknown precision.");
        return Compile(cell, new PackingOptions(precision, static length => new AlignedBuffer(length)));
    }

    /// <summary>Compiles a layer norm for this width. It owns a copy of the parameters.</summary>
    /// <exception cref="ArgumentException">A length does not match, or epsilon is not positive.</exception>
    public LayerNorm Compile(LayerNormParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Compile(parameters, static length => new AlignedBuffer(length));
    }

    /// <summary>Writes (x - mean) / deviation of a client's frames into rows; if there is no mean, copies the frames.</summary>
    /// <param name="frames">[frame][value], without padding.</param>
    /// <param name="frameSize">Values per frame, at least 1.</param>
    /// <param name="mean">[value], or empty.</param>
    /// <param name="deviation">[value], or empty with <paramref name="mean"/>.</param>
    /// <param name="to">Receives the frames.</param>
    /// <param name="firstRow">The row of the first frame.</param>
    /// <exception cref="ArgumentException">A length does not match.</exception>
    public void NormalizeInputs(
        ReadOnlySpan<float> frames, int frameSize, ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation, FrameRows to, int firstRow)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frameSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        if (frames.Length % frameSize != 0)
            throw new ArgumentException($"frames: expected a multiple of {frameSize} values, found {frames.Length}.", nameof(frames));
        to.Check(checked(firstRow + frames.Length / frameSize), frameSize, nameof(to));
        if (mean.Length != deviation.Length || (!mean.IsEmpty && mean.Length != frameSize))
        {
            throw new ArgumentException(
                $"mean, deviation: expected {frameSize} values each, or none, found {mean.Length} and {deviation.Length}.", nameof(mean));
        }

        Span<float> rows = to.Buffer.Span[(firstRow * to.Stride)..];
        for (; !frames.IsEmpty; frames = frames[frameSize..])
        {
            if (mean.IsEmpty)
                frames[..frameSize].CopyTo(rows);
            else
                Standardize(frames[..frameSize], mean, deviation, rows);
            rows = rows[to.Stride..];
        }
    }

    /// <summary>
    /// Replaces the values x of each row by their softmax, e^x / sum of e^x: finite, in [0, 1]. A row with a NaN or +infinity, or with
    /// -infinity only, becomes NaN. Values more than 87 below the maximum count as 87 below it: e^-87, about 1.6e-38.
    /// </summary>
    /// <param name="rows">The rows, changed in place.</param>
    /// <param name="frames">Number of rows.</param>
    /// <param name="units">Values per row, at least 1.</param>
    /// <exception cref="ArgumentException">The buffer is too small.</exception>
    public void Softmax(FrameRows rows, int frames, int units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frames);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        rows.Check(frames, units, nameof(rows));
        SoftmaxRows(rows, frames, units);
    }

    public override string ToString() => Name;

    internal abstract GateLayer Compile(Cell cell, PackingOptions options);
    internal abstract LayerNorm Compile(LayerNormParameters parameters, Func<int, AlignedBuffer> allocate);

    private protected abstract void Standardize(
        ReadOnlySpan<float> frame, ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation, Span<float> to);
    private protected abstract void SoftmaxRows(FrameRows rows, int frames, int units);

    private static List<KernelSet> Detect()
    {
        List<KernelSet> sets = [];
        if (CpuFeatures.HasAvx512)
            sets.Add(new KernelSet<Lanes512>("v512"));
        if (CpuFeatures.HasAvx2)
            sets.Add(new KernelSet<Lanes256>("v256"));
        if (AdvSimd.Arm64.IsSupported || CpuFeatures.HasAvx2)
            sets.Add(new KernelSet<Lanes128>("v128"));
        sets.Add(new KernelSet<Lanes1>("scalar"));
        return sets;
    }
}

internal sealed unsafe class KernelSet<TLanes>(string name) : KernelSet(name, TLanes.Count)
    where TLanes : unmanaged, ILanes<TLanes>
{
    internal override GateLayer Compile(Cell cell, PackingOptions options) => cell.Compile<TLanes>(options);

    internal override LayerNorm Compile(LayerNormParameters parameters, Func<int, AlignedBuffer> allocate) =>
        new LayerNorm<TLanes>(parameters, allocate);

    private protected override void Standardize(
        ReadOnlySpan<float> frame, ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation, Span<float> to)
    {
        fixed (float* from = frame, means = mean, deviations = deviation, row = to)
        {
            if (LinkedKernels.Has<TLanes>())
                LinkedKernels.Standardize<TLanes>(from, means, deviations, row, frame.Length);
            else
                FrameMath.Standardize<TLanes>(from, means, deviations, row, frame.Length);
        }
    }

    private protected override void SoftmaxRows(FrameRows rows, int frames, int units)
    {
        float* row = rows.Buffer.Pointer;
        for (int frame = 0; frame < frames; frame++, row += rows.Stride)
        {
            if (LinkedKernels.Has<TLanes>())
                LinkedKernels.Softmax<TLanes>(row, units);
            else
                FrameMath.Softmax<TLanes>(row, units);
        }
    }
}
