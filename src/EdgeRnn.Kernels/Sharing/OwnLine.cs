using System.Runtime.InteropServices;

namespace EdgeRnn.Kernels.Sharing;

/// <summary>
/// A number padded against false sharing: no other data is in its cache line, whatever the alignment, so that writing it does not take
/// that data from the caches of other cores.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * Line)]
internal struct OwnLine
{
    private const int Line = 64;

    [FieldOffset(Line)]
    public long Value;
}
