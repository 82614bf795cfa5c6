using System.Runtime.InteropServices;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>
/// Zeroed native memory on huge pages if the system grants them, so that no contender is slowed down by address translation.
/// </summary>
internal sealed unsafe partial class HugeMemory : IDisposable
{
    private const int PageBytes = 2 << 20;

    // Less memory causes no translation misses on small pages either, and thousands of copies would waste most of their huge pages.
    private const int MinBytes = 256 << 10;

    private const int ReadAndWrite = 3, PrivateAndAnonymous = 0x22, AdviseHugePages = 14; // mmap and madvise of Linux

    private readonly byte* _mapping; // null for small memory
    private readonly nuint _mappedBytes;

    public HugeMemory(long bytes)
    {
        if (bytes < MinBytes)
        {
            Pointer = (float*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
            NativeMemory.Clear(Pointer, (nuint)bytes);
            return;
        }
        // A new mapping is zero; memory that the allocator recycles may have small pages already.
        nuint padded = ((nuint)bytes + PageBytes - 1) / PageBytes * PageBytes;
        _mappedBytes = padded + PageBytes;
        _mapping = Map(null, _mappedBytes, ReadAndWrite, PrivateAndAnonymous, -1, 0);
        if ((nint)_mapping == -1)
            throw new InsufficientMemoryException($"mmap: the system refused {_mappedBytes} bytes");
        Pointer = (float*)(((nuint)_mapping + PageBytes - 1) / PageBytes * PageBytes);
        _ = Advise(Pointer, padded, AdviseHugePages); // a refusal costs speed only
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
        if (_mapping == null)
            NativeMemory.AlignedFree(Pointer);
        else
            _ = Unmap(_mapping, _mappedBytes);
        Pointer = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
