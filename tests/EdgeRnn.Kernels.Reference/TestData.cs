namespace EdgeRnn.Kernels.Reference;

/// <summary>Random values, and rows to and from plain arrays.</summary>
internal static class TestData
{
    public static readonly int[] Sizes = [1, 3, 7, 13, 16, 33, 64, 100, 129];

    public static IEnumerable<string> KernelNames => KernelSet.Available.Select(set => set.Name);

    public static float Normal(this Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    public static float[] Normals(this Random random, int count, float scale = 1) =>
        Enumerable.Range(0, count).Select(_ => scale * random.Normal()).ToArray();

    /// <summary>Rows whose padding is NaN, which must not reach any result.</summary>
    public static FrameRows ToRows(this float[] values, int width, Func<int, AlignedBuffer>? allocate = null, int extraStride = 0)
    {
        int stride = LanePadding.Pad(width) + extraStride;
        int frames = values.Length / width;
        int length = Math.Max(1, frames) * stride;
        AlignedBuffer buffer = allocate?.Invoke(length) ?? new AlignedBuffer(length);
        buffer.Span.Fill(float.NaN);
        for (int frame = 0; frame < frames; frame++)
            values.AsSpan(frame * width, width).CopyTo(buffer.Span[(frame * stride)..]);
        return new FrameRows(buffer, stride);
    }

    public static float[] ToArray(this FrameRows rows, int frames, int width) =>
        Enumerable.Range(0, frames).SelectMany(frame => rows.Buffer.Span.Slice(frame * rows.Stride, width).ToArray()).ToArray();

    public static uint[] Bits(this IEnumerable<float> values) => values.Select(BitConverter.SingleToUInt32Bits).ToArray();
}
