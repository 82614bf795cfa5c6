using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Linked;

/// <summary>
/// The SIMD kernels of a native program for x64. Its compiler takes one level of the instruction set for the whole program, and the
/// lowest one must do, so that it runs everywhere. The kernels are therefore compiled once more for each higher level, and linked as
/// machine code that the runtime does not know (docs/decisions/0049). They are called as any foreign function is: a thread in them
/// does not delay a garbage collection. Under the JIT, and on ARM64, every method here is unreachable.
/// </summary>
internal static unsafe partial class LinkedKernels
{
    private const string Switch = "EdgeRnn.Kernels.Linked";

    private static readonly bool IsSwitchedOn = AppContext.TryGetSwitch(Switch, out bool isOn) && isOn;

    /// <summary>Whether this program has linked kernels. The native build sets the switch, so there it is a constant.</summary>
    [FeatureSwitchDefinition(Switch)]
    public static bool Exist => IsSwitchedOn;

    /// <summary>Whether the kernels of this width are linked ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Has<TLanes>() where TLanes : unmanaged, ILanes<TLanes> =>
        !AdvSimd.Arm64.IsSupported && TLanes.Count > 1 && Exist;

    public static void Run<TLanes, TKernel, TFormat>(GemmCall* call)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat =>
        ((delegate* unmanaged<GemmCall*, void>)Table<TLanes>.Address[Index<TKernel, TFormat>.Value + 1])(call);

    public static float* Pack<TLanes, TKernel, TFormat>(float* inputs, nint stride, int frames, int depth, float* packed)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat =>
        ((delegate* unmanaged<float*, nint, int, int, float*, float*>)Table<TLanes>.Address[Index<TKernel, TFormat>.Value])(
            inputs, stride, frames, depth, packed);

    public static void Normalize<TLanes>(float* from, float* to, float* gain, float* bias, int units, int divisor, float epsilon)
        where TLanes : unmanaged, ILanes<TLanes> =>
        ((delegate* unmanaged<float*, float*, float*, float*, int, int, float, void>)Table<TLanes>.Address[KernelTable.Normalize])(
            from, to, gain, bias, units, divisor, epsilon);

    public static void Standardize<TLanes>(float* from, float* mean, float* deviation, float* to, int size)
        where TLanes : unmanaged, ILanes<TLanes> =>
        ((delegate* unmanaged<float*, float*, float*, float*, int, void>)Table<TLanes>.Address[KernelTable.Standardize])(
            from, mean, deviation, to, size);

    public static void Softmax<TLanes>(float* row, int units) where TLanes : unmanaged, ILanes<TLanes> =>
        ((delegate* unmanaged<float*, int, void>)Table<TLanes>.Address[KernelTable.Softmax])(row, units);

    /// <summary>
    /// What the compilation for a higher level begins with: it makes the compiler include the functions below. Never called; the
    /// functions are, by the names that the build gives them.
    /// </summary>
    [UnmanagedCallersOnly(EntryPoint = "edgernn_kernels_root")]
    public static void Root(nint* table)
    {
        if (Avx512F.IsSupported)
        {
            FillV512(table);
        }
        else if (Avx2.IsSupported)
        {
            FillV256(table);
            FillV128(table);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FillV512(nint* table) => KernelTable.Fill<Lanes512>(table);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FillV256(nint* table) => KernelTable.Fill<Lanes256>(table);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FillV128(nint* table) => KernelTable.Fill<Lanes128>(table);

    [LibraryImport("edgernn_kernels", EntryPoint = "edgernn_kernels_v512"), SuppressGCTransition]
    private static partial void LoadV512(nint* table);

    [LibraryImport("edgernn_kernels", EntryPoint = "edgernn_kernels_v256"), SuppressGCTransition]
    private static partial void LoadV256(nint* table);

    [LibraryImport("edgernn_kernels", EntryPoint = "edgernn_kernels_v128"), SuppressGCTransition]
    private static partial void LoadV128(nint* table);

    private static class Index<TKernel, TFormat> where TKernel : struct, ICellKernel where TFormat : struct, IWeightFormat
    {
        public static readonly int Value = KernelTable.IndexOf<TKernel, TFormat>();
    }

    private static class Table<TLanes> where TLanes : unmanaged, ILanes<TLanes>
    {
        public static readonly nint* Address = Load();

        private static nint* Load()
        {
            nint* table = (nint*)NativeMemory.AllocZeroed((nuint)KernelTable.Length, (nuint)sizeof(nint));
            switch (TLanes.Count)
            {
                case 16:
                    LoadV512(table);
                    break;
                case 8:
                    LoadV256(table);
                    break;
                default:
                    LoadV128(table);
                    break;
            }

            return table;
        }
    }
}
