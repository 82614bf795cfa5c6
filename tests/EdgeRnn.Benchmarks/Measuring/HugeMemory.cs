using System.Runtime.InteropServices;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>
/// Zeroed native memory on huge pages where the system grants them, so that no contender is slowed down by address translation.
/// </summary>
internal sealed unsafe partial class HugeMemory : IDisposable
{
    private const int PageBytes = 2 << 20, LineBytes = 64;

    // Less is translated without misses on small pages too, and thousands of copies of it would waste most of their huge pages.
    private const int LeastBytes = 256 << 10;

    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of Linux

    public HugeMemory(long bytes)
    {
        bool isHuge = bytes >= LeastBytes;
        nuint unit = isHuge ? (nuint)PageBytes : LineBytes, padded = ((nuint)bytes + unit - 1) / unit * unit;
        Pointer = (float*)NativeMemory.AlignedAlloc(padded, unit);
        if (isHuge) _ = Advise(Pointer, padded, AdviseHugePages); // a refusal costs speed only
        NativeMemory.Clear(Pointer, padded);
    }

    public float* Pointer { get; private set; }

    public static HugeMemory Of(ReadOnlySpan<float> values)
    {
        var memory = new HugeMemory(values.Length * (long)sizeof(float));
        values.CopyTo(new Span<float>(memory.Pointer, values.Length));
        return memory;
    }

    /// <summary>The first floats as a buffer for kernels, which this memory outlives.</summary>
    public AlignedBuffer ToBuffer(int length) => new(Pointer, length);

    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
