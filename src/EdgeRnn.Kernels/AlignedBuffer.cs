using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeRnn.Kernels;

/// <summary>
/// Zeroed floats in native memory, aligned to 64 bytes: one cache line, one 512-bit register. The owner disposes it after the last
/// pass that uses it. There is no finalizer, because it could free the memory under a span that is still in use.
/// </summary>
/// <remarks>
/// From 2 MiB on, Linux is asked for huge pages, so that reading a model's weights causes fewer TLB misses. Only whole huge pages are
/// asked for, so a buffer takes no more memory than without.
/// </remarks>
internal sealed unsafe partial class AlignedBuffer : IDisposable
{
    /// <summary>In bytes.</summary>
    internal const int Alignment = 64;

    private const int HugePage = 2 << 20;
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of Linux

    private readonly bool _owned;
    private float* _memory;

    /// <param name="length">Number of floats, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below 1.</exception>
    /// <exception cref="OutOfMemoryException">The system does not have that much memory.</exception>
    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        nuint bytes = (nuint)length * sizeof(float);
        _memory = (float*)NativeMemory.AlignedAlloc(bytes, bytes < HugePage ? Alignment : (nuint)HugePage);
        _owned = true;
        if (bytes >= HugePage && OperatingSystem.IsLinux())
            _ = Advise(_memory, bytes / HugePage * HugePage, AdviseHugePages); // if refused, the buffer is only slower
        NativeMemory.Clear(_memory, bytes);
        Length = length;
    }

    /// <summary>Wraps memory without owning it: tests place operands against guard pages.</summary>
    internal AlignedBuffer(float* memory, int length)
    {
        _memory = memory;
        Length = length;
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Span<float> Span => new(Pointer, Length);

    internal float* Pointer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            float* memory = _memory;
            ObjectDisposedException.ThrowIf(memory == null, this);
            return memory;
        }
    }

    public void Dispose()
    {
        if (_owned)
            NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
