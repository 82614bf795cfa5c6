using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Linked;

/// <summary>
/// The addresses of all kernels of one width, in one fixed order. One compilation fills the table, another one reads it, so both find
/// a kernel's index by counting through the same list.
/// </summary>
internal static unsafe class KernelTable
{
    /// <summary>Entries before those of the cells: layer norm, standardization and softmax.</summary>
    public const int Normalize = 0, Standardize = 1, Softmax = 2;

    /// <summary>Entries of a cell: packing and product for each of three weight formats.</summary>
    private const int FirstCell = 3, EntriesPerCell = 6;

    /// <summary>Number of entries.</summary>
    public static int Length { get; } = FirstCell + EntriesPerCell * Count();

    /// <summary>Writes the addresses of this compilation's kernels.</summary>
    public static void Fill<TLanes>(nint* table) where TLanes : unmanaged, ILanes<TLanes>
    {
        table[Normalize] = (nint)(delegate*<float*, float*, float*, float*, int, int, float, void>)&LayerNorm<TLanes>.Normalize;
        table[Standardize] = (nint)(delegate*<float*, float*, float*, float*, int, void>)&FrameMath.Standardize<TLanes>;
        table[Softmax] = (nint)(delegate*<float*, int, void>)&FrameMath.Softmax<TLanes>;
        var writer = new Writer<TLanes>(table + FirstCell);
        VisitAll(ref writer);
    }

    /// <summary>The index of a cell's packing; that of its product follows.</summary>
    /// <exception cref="InvalidOperationException">The cell is missing in the list.</exception>
    public static int IndexOf<TKernel, TFormat>()
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        var finder = new Finder<TKernel>();
        VisitAll(ref finder);
        int cell = finder.Found ?? throw new InvalidOperationException($"{typeof(TKernel)} is missing in {nameof(KernelTable)}.");
        int format = typeof(TFormat) == typeof(SingleWeights) ? 0 : typeof(TFormat) == typeof(BFloat16Weights) ? 1 : 2;
        return FirstCell + EntriesPerCell * cell + 2 * format;
    }

    private interface IVisitor
    {
        void Visit<TKernel>() where TKernel : struct, ICellKernel;
    }

    private static void VisitAll<TVisitor>(ref TVisitor visitor) where TVisitor : struct, IVisitor
    {
        VisitSru<TVisitor, NoSkip>(ref visitor);
        VisitSru<TVisitor, InputSkip>(ref visitor);
        VisitSru<TVisitor, GateSkip>(ref visitor);
        visitor.Visit<QrnnKernel<NoOutputGate>>();
        visitor.Visit<QrnnKernel<WithOutputGate>>();
        VisitGated<TVisitor, MinGruMix>(ref visitor);
        VisitGated<TVisitor, MinLstmMix>(ref visitor);
        VisitGated<TVisitor, GilrMix>(ref visitor);
        visitor.Visit<LinearKernel<IdentityActivation>>();
        visitor.Visit<LinearKernel<SigmoidActivation>>();
        visitor.Visit<SumsKernel<LstmKernel>>();
        visitor.Visit<LstmKernel>();
        visitor.Visit<SumsKernel<GruKernel>>();
        visitor.Visit<GruKernel>();
    }

    private static void VisitSru<TVisitor, TSkip>(ref TVisitor visitor) where TVisitor : struct, IVisitor where TSkip : struct, ISkipTerm
    {
        visitor.Visit<SruKernel<TSkip, IdentityActivation>>();
        visitor.Visit<SruKernel<TSkip, TanhActivation>>();
        visitor.Visit<SruKernel<TSkip, ReluActivation>>();
    }

    private static void VisitGated<TVisitor, TMix>(ref TVisitor visitor) where TVisitor : struct, IVisitor where TMix : struct, IGateMix
    {
        visitor.Visit<GatedKernel<TMix, IdentityActivation>>();
        visitor.Visit<GatedKernel<TMix, TanhActivation>>();
        visitor.Visit<GatedKernel<TMix, EluActivation>>();
        visitor.Visit<GatedKernel<TMix, LogSpaceActivation>>();
    }

    private static int Count()
    {
        var counter = default(Counter);
        VisitAll(ref counter);
        return counter.Count;
    }

    private struct Counter : IVisitor
    {
        public int Count;

        public void Visit<TKernel>() where TKernel : struct, ICellKernel => Count++;
    }

    private struct Finder<TWanted> : IVisitor
    {
        public int? Found;
        private int _index;

        public void Visit<TKernel>() where TKernel : struct, ICellKernel
        {
            if (typeof(TKernel) == typeof(TWanted))
                Found = _index;
            _index++;
        }
    }

    private struct Writer<TLanes>(nint* next) : IVisitor where TLanes : unmanaged, ILanes<TLanes>
    {
        private nint* _next = next;

        public void Visit<TKernel>() where TKernel : struct, ICellKernel
        {
            Write<TKernel, SingleWeights>();
            Write<TKernel, BFloat16Weights>();
            Write<TKernel, Int8Weights>();
        }

        private void Write<TKernel, TFormat>() where TKernel : struct, ICellKernel where TFormat : struct, IWeightFormat
        {
            *_next++ = (nint)(delegate*<float*, nint, int, int, float*, float*>)&InputPacking.PackRows<TLanes, TKernel, TFormat>;
            *_next++ = (nint)(delegate*<GemmCall*, void>)&GateGemm.RunPanels<TLanes, TKernel, TFormat>;
        }
    }
}
