using System.Runtime.InteropServices;

namespace EdgeRnn.Kernels.Tests;

/// <summary>Buffers between two guard pages: an access beyond the end, or before the start, ends the process.</summary>
internal sealed unsafe partial class GuardedMemory(bool atEnd) : IDisposable
{
    private const int ProtectNone = 0, ProtectReadWrite = 3, MapPrivateAnonymous = 0x22;
    private static readonly nint Page = Environment.SystemPageSize;
    private readonly List<(nint Address, nint Length)> _mappings = [];

    /// <summary>A zeroed buffer that ends exactly at a guard page or, if not atEnd, begins exactly after one.</summary>
    public AlignedBuffer Allocate(int length)
    {
        nint bytes = (nint)length * sizeof(float), inner = (bytes + Page - 1) / Page * Page;
        nint mapping = Map(0, inner + 2 * Page, ProtectNone, MapPrivateAnonymous, -1, 0);
        if (mapping == -1 || Protect(mapping + Page, inner, ProtectReadWrite) != 0)
            throw new InvalidOperationException($"mmap or mprotect failed: {Marshal.GetLastPInvokeErrorMessage()}");
        _mappings.Add((mapping, inner + 2 * Page));
        return new AlignedBuffer((float*)(mapping + Page + (atEnd ? inner - bytes : 0)), length);
    }

    public void Dispose()
    {
        foreach ((nint address, nint length) in _mappings)
            _ = Unmap(address, length);
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nint length);
}
