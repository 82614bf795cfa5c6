using System.Runtime.InteropServices;

namespace EdgeRnn.Kernels.Sharing;

/// <summary>
/// A number with a cache line of its own wherever it lies. One thread writes it while another one reads what would be its neighbors,
/// and every write would take the whole line from the reader.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * Line)]
internal struct OwnLine
{
    private const int Line = 64;

    [FieldOffset(Line)]
    public long Value;
}
