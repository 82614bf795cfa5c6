using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Weights;

/// <summary>
/// The gate weights of one layer in panels. A panel has the weights of the units of one register, one unit per lane, and is read from
/// front to back as one stream. Lanes beyond the last unit are zero.
/// <code>
/// constants  [constant][lane]      further parameters of the cell's epilogue
/// scales     [gate][lane]          only if the weights are integers
/// biases     [gate][lane]
/// weights    [row][gate][lane]     32-bit words, each with the weights of one or more inputs (IWeightFormat)
/// </code>
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    private readonly AlignedBuffer _data;
    private readonly int _lanes;

    private PackedWeights(int units, int inputs, int rows, int lanes, int biasesOffset, int rowLength, Func<int, AlignedBuffer> allocate)
    {
        Units = units;
        Inputs = inputs;
        Rows = rows;
        BiasesOffset = biasesOffset;
        _lanes = lanes;
        Panels = (units + lanes - 1) / lanes;
        int panelLength = checked(biasesOffset + rowLength * (rows + 1));
        PanelStride = panelLength;
        _data = allocate(checked(Panels * panelLength));
        Data = _data.Pointer;
    }

    public int Units { get; }
    public int Inputs { get; }
    public int Panels { get; }

    /// <summary>Rows of weights in a panel.</summary>
    public int Rows { get; }

    /// <summary>Words before a panel's biases.</summary>
    public int BiasesOffset { get; }

    /// <summary>Words from one panel to the next.</summary>
    public nint PanelStride { get; }

    public float* Data { get; private set; }

    /// <summary>What a kernel needs of the weights. Valid until they are disposed.</summary>
    public PanelView View => new() { Data = Data, PanelStride = PanelStride, Bytes = Bytes, BiasesOffset = BiasesOffset, Rows = Rows, Panels = Panels };

    /// <summary>Words of one lane that are multiplied with a frame.</summary>
    public long WorkPerFrame => Panels * (long)PanelStride / _lanes;

    /// <summary>Bytes of all panels, padding included.</summary>
    public long Bytes => Panels * (long)PanelStride * sizeof(float);

    /// <param name="weights">[gate][unit][input]</param>
    /// <param name="biases">[gate][unit]</param>
    /// <param name="constants">[constant][unit], any number of constants.</param>
    /// <param name="allocate">Allocates a zeroed buffer of the given length.</param>
    public static PackedWeights Pack<TLanes, TFormat>(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, ReadOnlySpan<float> constants,
        int gates, int units, int inputs, Func<int, AlignedBuffer> allocate)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IWeightFormat
    {
        int lanes = TLanes.Count, rowLength = gates * lanes, constantRows = constants.Length / units;
        int biasesOffset = constantRows * lanes + (TFormat.IsInteger ? rowLength : 0);
        int rows = (inputs + TFormat.InputsPerRow - 1) / TFormat.InputsPerRow;
        var packed = new PackedWeights(units, inputs, rows, lanes, biasesOffset, rowLength, allocate);
        for (int unit = 0; unit < units; unit++)
        {
            float* panel = packed.Data + unit / lanes * packed.PanelStride, start = panel + biasesOffset;
            int lane = unit % lanes;
            for (int constant = 0; constant < constantRows; constant++)
                panel[constant * lanes + lane] = constants[constant * units + unit];
            for (int gate = 0; gate < gates; gate++, start += lanes)
            {
                start[lane] = biases[gate * units + unit];
                float scale = TFormat.Pack<TLanes>(
                    weights.Slice((gate * units + unit) * inputs, inputs), lane, start + rowLength, rowLength);
                if (TFormat.IsInteger)
                    start[lane - rowLength] = scale;
            }
        }

        return packed;
    }

    public void Dispose()
    {
        Data = null;
        _data.Dispose();
    }
}
