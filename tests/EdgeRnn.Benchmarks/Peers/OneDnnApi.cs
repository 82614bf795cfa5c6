using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeRnn.Benchmarks.Peers;

/// <summary>The part of the C interface of oneDNN 2 (Debian: libdnnl2) that matrix products need.</summary>
internal static unsafe partial class OneDnnApi
{
    public const string Library = "libdnnl.so.2";
    public const int Source = 1, Weights = 33, Destination = 17; // arguments of a product
    public const int From = 1, To = 17; // arguments of a reorder
    public const int ForwardInference = 96;

    private const int Float32 = 3, AnyFormat = 1, Cpu = 1, InOrder = 1, WeightsLayout = 131, ImplementationName = 8;

    public static nint CreateEngine()
    {
        Check(EngineCreate(out nint engine, Cpu, 0));
        return engine;
    }

    public static nint CreateStream(nint engine)
    {
        Check(StreamCreate(out nint stream, engine, InOrder));
        return stream;
    }

    /// <summary>The layout of a matrix whose element (r, c) lies at r * rowStride + c * columnStride.</summary>
    public static Layout Strided(long rows, long columns, long rowStride, long columnStride)
    {
        Layout layout;
        long* sizes = stackalloc[] { rows, columns }, strides = stackalloc[] { rowStride, columnStride };
        Check(LayoutByStrides(&layout, 2, sizes, Float32, strides));
        return layout;
    }

    /// <summary>A matrix whose layout the library chooses.</summary>
    public static Layout Chosen(long rows, long columns)
    {
        Layout layout;
        long* sizes = stackalloc[] { rows, columns };
        Check(LayoutByTag(&layout, 2, sizes, Float32, AnyFormat));
        return layout;
    }

    public static nint CreateMemory(nint engine, Layout layout, void* data)
    {
        Check(MemoryCreate(out nint memory, &layout, engine, data));
        return memory;
    }

    public static nint CreateMatmul(nint engine, Layout source, Layout weights, Layout destination, out Layout chosen, out string name)
    {
        Operation operation;
        Check(MatmulInit(&operation, &source, &weights, null, &destination));
        return CreateProduct(engine, &operation, out chosen, out name);
    }

    public static nint CreateInnerProduct(
        nint engine, Layout source, Layout weights, Layout destination, out Layout chosen, out string name)
    {
        Operation operation;
        Check(InnerProductInit(&operation, ForwardInference, &source, &weights, null, &destination));
        return CreateProduct(engine, &operation, out chosen, out name);
    }

    public static nint CreateReorder(nint engine, Layout from, Layout to)
    {
        Check(ReorderDescription(out nint description, &from, engine, &to, engine, 0));
        Check(PrimitiveCreate(out nint primitive, description));
        Check(DestroyPrimitiveDescription(description));
        return primitive;
    }

    public static void Execute(nint primitive, nint stream, ReadOnlySpan<Argument> arguments)
    {
        fixed (Argument* first = arguments)
            Check(PrimitiveExecute(primitive, stream, arguments.Length, first));
        Check(StreamWait(stream));
    }

    public static long Bytes(Layout layout) => (long)LayoutSize(&layout);

    public static bool AreEqual(Layout a, Layout b) => LayoutsEqual(&a, &b) != 0;

    public static string Version() => $"{VersionNumbers()->Major}.{VersionNumbers()->Minor}.{VersionNumbers()->Patch}";

    private static nint CreateProduct(nint engine, Operation* operation, out Layout chosen, out string name)
    {
        Check(PrimitiveDescription(out nint description, operation, 0, engine, 0));
        chosen = *QueryLayout(description, WeightsLayout, 0);
        Check(Query(description, ImplementationName, 0, out nint text));
        name = Marshal.PtrToStringUTF8(text)!;
        Check(PrimitiveCreate(out nint primitive, description));
        Check(DestroyPrimitiveDescription(description));
        return primitive;
    }

    private static void Check(int status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != 0)
            throw new InvalidOperationException($"oneDNN: status {status} from {call}");
    }

    [LibraryImport(Library, EntryPoint = "dnnl_version")]
    private static partial VersionInfo* VersionNumbers();

    [LibraryImport(Library, EntryPoint = "dnnl_engine_create")]
    private static partial int EngineCreate(out nint engine, int kind, nuint index);

    [LibraryImport(Library, EntryPoint = "dnnl_engine_destroy")]
    public static partial int DestroyEngine(nint engine);

    [LibraryImport(Library, EntryPoint = "dnnl_stream_create")]
    private static partial int StreamCreate(out nint stream, nint engine, uint flags);

    [LibraryImport(Library, EntryPoint = "dnnl_stream_wait")]
    private static partial int StreamWait(nint stream);

    [LibraryImport(Library, EntryPoint = "dnnl_stream_destroy")]
    public static partial int DestroyStream(nint stream);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_desc_init_by_strides")]
    private static partial int LayoutByStrides(Layout* layout, int dimensions, long* sizes, int type, long* strides);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_desc_init_by_tag")]
    private static partial int LayoutByTag(Layout* layout, int dimensions, long* sizes, int type, int tag);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_desc_get_size")]
    private static partial nuint LayoutSize(Layout* layout);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_desc_equal")]
    private static partial int LayoutsEqual(Layout* a, Layout* b);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_create")]
    private static partial int MemoryCreate(out nint memory, Layout* layout, nint engine, void* data);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_destroy")]
    public static partial int DestroyMemory(nint memory);

    [LibraryImport(Library, EntryPoint = "dnnl_matmul_desc_init")]
    private static partial int MatmulInit(Operation* operation, Layout* source, Layout* weights, Layout* bias, Layout* destination);

    [LibraryImport(Library, EntryPoint = "dnnl_inner_product_forward_desc_init")]
    private static partial int InnerProductInit(
        Operation* operation, int kind, Layout* source, Layout* weights, Layout* bias, Layout* destination);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_create")]
    private static partial int PrimitiveDescription(out nint description, Operation* operation, nint attributes, nint engine, nint hint);

    [LibraryImport(Library, EntryPoint = "dnnl_reorder_primitive_desc_create")]
    private static partial int ReorderDescription(
        out nint description, Layout* from, nint fromEngine, Layout* to, nint toEngine, nint attributes);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_query_md")]
    private static partial Layout* QueryLayout(nint description, int what, int index);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_query")]
    private static partial int Query(nint description, int what, int index, out nint result);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_destroy")]
    private static partial int DestroyPrimitiveDescription(nint description);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_create")]
    private static partial int PrimitiveCreate(out nint primitive, nint description);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_execute")]
    private static partial int PrimitiveExecute(nint primitive, nint stream, int count, Argument* arguments);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_destroy")]
    public static partial int DestroyPrimitive(nint primitive);

    /// <summary>dnnl_memory_desc_t of oneDNN 2, opaque here.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 696)]
    public struct Layout
    {
        private readonly long _alignment;
    }

    /// <summary>dnnl_exec_arg_t.</summary>
    public readonly record struct Argument(int Index, nint Memory);

    /// <summary>Room for the description of any operation used here; the largest takes 5584 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 8192)]
    private struct Operation
    {
        private readonly long _alignment;
    }

    /// <summary>The beginning of dnnl_version_t.</summary>
    private readonly record struct VersionInfo(int Major, int Minor, int Patch);
}
