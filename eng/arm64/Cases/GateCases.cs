using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Reference;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Arm64Cases;

/// <summary>Passes through layers of every cell with every option.</summary>
internal sealed class GateCases(CaseFile file)
{
    private const int StateOffset = LanePadding.Units;
    private const double Tolerance = 5e-5;

    // A previous output may round to the next of its 16-bit integers.
    private const double QuantizedFeedbackTolerance = 2e-4;

    /// <summary>The cells that have entries of low precision, as does the linear layer.</summary>
    private static readonly string[] LowPrecisionNames =
    [
        $"sru {SkipTerm.Input} {Activation.Tanh}", $"sru {SkipTerm.Gate} {Activation.Tanh}",
        $"{GatedKind.MinGru} {CandidateActivation.Tanh}", "lstm", "gru",
    ];

    /// <summary>A pass with the frames of one session or, after FramesOfFirst frames, also of a second one.</summary>
    private sealed record Shape(int Inputs, int Units, int Frames, int FramesOfFirst);

    /// <summary>The outputs of a pass, and the states of the two sessions after it.</summary>
    private sealed record Outcome<T>(T[] Outputs, T[] First, T[] Second);

    // Every tile (15 = 8 + 4 + 2 + 1), odd sizes, several panels, and segments that meet inside a tile.
    private static readonly Shape[] Shapes =
    [
        new(1, 1, 1, 1), new(7, 13, 15, 4), new(33, 100, 8, 8), new(16, 16, 3, 2), new(129, 33, 9, 1), new(5, 64, 12, 12), new(64, 7, 2, 1),
        new(33, 19, 1, 1), // five panels: two pairs and a single one
    ];

    private readonly Random _random = new(1);

    public void AddRecurrent()
    {
        foreach (string name in CellCase.Names)
            AddRecurrent(name, WeightPrecision.Fp32);
        foreach (WeightPrecision precision in (WeightPrecision[])[WeightPrecision.Bf16, WeightPrecision.Int8])
        {
            foreach (string name in LowPrecisionNames)
                AddRecurrent(name, precision);
        }
    }

    public void AddLinear()
    {
        foreach (OutputActivation activation in Enum.GetValues<OutputActivation>())
        {
            foreach (WeightPrecision precision in Enum.GetValues<WeightPrecision>())
            {
                if (precision == WeightPrecision.Fp32 || activation == OutputActivation.None)
                    AddLinear(activation, precision);
            }
        }
    }

    private void AddRecurrent(string name, WeightPrecision precision)
    {
        foreach (Shape shape in Shapes)
        {
            var cell = CellCase.Random(name, _random, shape.Inputs, shape.Units);
            Add(cell, precision, shape, count => _random.Normals(count), hostile: false);
            Add(cell, precision, shape, count => _random.Hostiles(count), hostile: true);
        }
    }

    private void AddLinear(OutputActivation activation, WeightPrecision precision)
    {
        foreach (Shape shape in Shapes)
        {
            (int inputs, int units) = (shape.Inputs, shape.Units);
            float[] weights = _random.Normals(units * inputs), bias = _random.Normals(units);
            var cell = new LinearCell(inputs, units, weights, bias, activation);
            var packed = new PackedCell($"Linear{activation}", weights, bias);
            float[] frames = _random.Normals(shape.Frames * inputs), hostile = _random.Hostiles(shape.Frames * inputs);
            float[] skip = new float[shape.Frames * units], states = new float[2 * units]; // not used, so the states must stay zero
            double[] outputs = ReferenceKernels.Linear(
                LowPrecision.Weights(weights, inputs, precision), bias, inputs, units, activation,
                LowPrecision.Frames(frames, inputs, precision));
            Add(packed, cell, precision, shape, frames, skip, states, new(outputs, new double[units], new double[units]));
            Add(packed, cell, precision, shape, hostile, skip, states, null);
        }
    }

    private void Add(CellCase cell, WeightPrecision precision, Shape shape, Func<int, float[]> values, bool hostile)
    {
        (int inputs, int units, int first) = (shape.Inputs, shape.Units, shape.FramesOfFirst);
        float[] frames = values(shape.Frames * inputs), skip = values(shape.Frames * units);
        float[] states = _random.Normals(2 * cell.StateVectors * units);
        double[] firstState = [.. states[..(states.Length / 2)]], secondState = [.. states[(states.Length / 2)..]];
        CellCase kept = cell.In(precision);
        float[] keptFrames = LowPrecision.Frames(frames, inputs, precision);
        double[] outputs =
        [
            .. kept.Run(keptFrames[..(first * inputs)], skip[..(first * units)], firstState),
            .. kept.Run(keptFrames[(first * inputs)..], skip[(first * units)..], secondState),
        ];
        Outcome<double>? reference = hostile ? null : new(outputs, firstState, secondState);
        Add(PackedCell.Of(cell), cell.ToCell(), precision, shape, frames, skip, states, reference);
    }

    private void Add(
        PackedCell packed, Cell cell, WeightPrecision precision, Shape shape, float[] frames, float[] skip, float[] states,
        Outcome<double>? reference)
    {
        (int inputs, int units) = (shape.Inputs, shape.Units);
        Outcome<float> expected = Values.OnEveryWidth(
            set => Run(set, cell, precision, shape, frames, skip, states),
            outcome => [.. outcome.Outputs, .. outcome.First, .. outcome.Second]);
        bool quantizesFeedback = packed.RecurrentWeights is not null && precision == WeightPrecision.Int8;
        double tolerance = quantizesFeedback ? QuantizedFeedbackTolerance : Tolerance;
        float[] first = states[..(states.Length / 2)], second = states[(states.Length / 2)..];
        Operand[] results =
        [
            State(first, expected.First, reference?.First), State(second, expected.Second, reference?.Second),
            Values.Rows(expected.Outputs, units, reference?.Outputs, tolerance),
        ];
        int[] sizes = [inputs, units, shape.Frames, shape.FramesOfFirst];
        using GateLayer layer = KernelSet.Select(null).Compile(cell, precision);
        var scratch = new Scratch(layer.ScratchLength(shape.Frames));
        string entry = packed.Entry + (precision == WeightPrecision.Fp32 ? "" : precision);
        if (packed.RecurrentWeights is not null)
        {
            file.Add(entry, sizes,
                [
                    new Input(packed.Weights), new Input(packed.Biases), new Input(packed.RecurrentWeights),
                    new Input(packed.RecurrentBiases), new Input(frames.Padded(inputs)), scratch, .. results,
                ]);
            return;
        }

        file.Add(entry, [.. sizes, packed.Constants.Length / units],
            [
                new Input(packed.Weights), new Input(packed.Biases), new Input(packed.Constants), new Input(frames.Padded(inputs)),
                new Input(skip.Padded(units)), scratch, .. results,
            ]);

        Result State(float[] before, float[] after, double[]? precise) =>
            Values.InPlace(before, after, units, precise, tolerance, StateOffset);
    }

    private static Outcome<float> Run(
        KernelSet set, Cell cell, WeightPrecision precision, Shape shape, float[] frames, float[] skip, float[] states)
    {
        int units = shape.Units, half = states.Length / 2;
        using GateLayer layer = set.Compile(cell, precision);
        using AlignedBuffer first = State(states[..half]), second = State(states[half..]);
        using var scratch = new AlignedBuffer(layer.ScratchLength(shape.Frames));
        FrameRows inputs = frames.ToRows(shape.Inputs), skips = skip.ToRows(units), outputs = new float[skip.Length].ToRows(units);
        Segment[] segments = [new(first, shape.FramesOfFirst), new(second, shape.Frames - shape.FramesOfFirst)];
        layer.Run(inputs, skips, outputs, segments[1].Frames > 0 ? segments : segments.AsSpan(0, 1), StateOffset, scratch);
        float[] results = outputs.ToArray(shape.Frames, units);
        foreach (FrameRows rows in new[] { inputs, skips, outputs })
            rows.Buffer.Dispose();
        return new(results, Logical(first), Logical(second));

        AlignedBuffer State(float[] values)
        {
            float[] padded = values.Padded(units, StateOffset);
            var state = new AlignedBuffer(padded.Length);
            padded.CopyTo(state.Span);
            return state;
        }

        float[] Logical(AlignedBuffer state) =>
            [.. state.Span[StateOffset..].ToArray().Chunk(LanePadding.Pad(units)).SelectMany(vector => vector[..units])];
    }
}
