namespace EdgeRnn.Kernels;

/// <summary>
/// The gate weights of one layer, cut into panels. A panel belongs to one register's worth of units and is read from front
/// to back as one stream; lanes beyond the last unit are zero:
/// <code>
/// constants  [constant][lane]      what the cell's epilogue needs per unit
/// biases     [gate][lane]
/// weights    [input][gate][lane]
/// </code>
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    private readonly AlignedBuffer _data;
    private readonly int _lanes;

    /// <param name="weights">[gate][unit][input]</param>
    /// <param name="biases">[gate][unit]</param>
    /// <param name="constants">[constant][unit], any number of them.</param>
    /// <param name="allocate">Makes the zeroed buffer of the given length.</param>
    public PackedWeights(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, ReadOnlySpan<float> constants,
        int gates, int units, int inputs, int lanes, Func<int, AlignedBuffer> allocate)
    {
        (Units, Inputs, _lanes) = (units, inputs, lanes);
        Panels = (units + lanes - 1) / lanes;
        ConstantsLength = constants.Length / units * lanes;
        int row = gates * lanes;
        int panelLength = checked(ConstantsLength + row * (inputs + 1));
        PanelStride = panelLength;
        _data = allocate(checked(Panels * panelLength));
        Data = _data.Pointer;

        for (int unit = 0; unit < units; unit++)
        {
            float* lane = Data + unit / lanes * PanelStride + unit % lanes;
            for (int constant = unit; constant < constants.Length; constant += units, lane += lanes)
                *lane = constants[constant];
            for (int gate = 0; gate < gates; gate++, lane += lanes)
            {
                *lane = biases[gate * units + unit];
                float* weight = lane;
                foreach (float value in weights.Slice((gate * units + unit) * inputs, inputs))
                    *(weight += row) = value;
            }
        }
    }

    public int Units { get; }
    public int Inputs { get; }
    public int Panels { get; }

    /// <summary>Floats before a panel's biases.</summary>
    public int ConstantsLength { get; }

    /// <summary>Floats from one panel to the next.</summary>
    public nint PanelStride { get; }

    public float* Data { get; private set; }

    /// <summary>Multiply-adds per frame and lane.</summary>
    public long WorkPerFrame => Panels * (long)PanelStride / _lanes;

    /// <summary>Bytes of all panels, padding included.</summary>
    public long Bytes => Panels * (long)PanelStride * sizeof(float);

    public void Dispose()
    {
        Data = null;
        _data.Dispose();
    }
}
