using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Tests;

namespace EdgeRnn.Arm64Cases;

/// <summary>Passes of every cell with every option.</summary>
internal sealed class GateCases(CaseFile file)
{
    private const int StateOffset = LanePadding.Units;
    private const double Tolerance = 2e-5;

    /// <summary>The frames of a pass belong to one session or, from some frame on, to a second one.</summary>
    private sealed record Shape(int Inputs, int Units, int Frames, int FramesOfFirst);

    /// <summary>A pass's outputs and the two sessions' states after it.</summary>
    private sealed record Outcome<T>(T[] Outputs, T[] First, T[] Second);

    // Every tile (15 = 8 + 4 + 2 + 1), odd sizes, several panels, and sessions that meet inside a tile.
    private static readonly Shape[] Shapes =
    [
        new(1, 1, 1, 1), new(7, 13, 15, 4), new(33, 100, 8, 8), new(16, 16, 3, 2), new(129, 33, 9, 1), new(5, 64, 12, 12), new(64, 7, 2, 1),
    ];

    private readonly Random _random = new(1);

    public void AddSru()
    {
        foreach (SkipTerm skipTerm in Enum.GetValues<SkipTerm>())
        {
            foreach (Activation activation in Enum.GetValues<Activation>())
            {
                foreach (Shape shape in Shapes)
                {
                    var cell = SruCase.Random(_random, shape.Inputs, shape.Units, skipTerm, activation);
                    AddSru(cell, shape, count => _random.Normals(count), hostile: false);
                    AddSru(cell, shape, _random.Hostiles, hostile: true);
                }
            }
        }
    }

    public void AddLinear()
    {
        foreach (OutputActivation activation in Enum.GetValues<OutputActivation>())
        {
            foreach (Shape shape in Shapes)
            {
                (int inputs, int units) = (shape.Inputs, shape.Units);
                float[] weights = _random.Normals(units * inputs), bias = _random.Normals(units);
                var cell = new LinearCell(inputs, units, weights, bias, activation);
                float[] frames = _random.Normals(shape.Frames * inputs), hostile = _random.Hostiles(shape.Frames * inputs);
                float[] skip = new float[shape.Frames * units], states = new float[2 * units]; // not used, and so to stay zero
                double[] outputs = ReferenceKernels.Linear(weights, bias, inputs, units, activation, frames);
                Outcome<double> reference = new(outputs, new double[units], new double[units]);
                Add($"Linear{activation}", cell, shape, weights, bias, [], frames, skip, states, reference);
                Add($"Linear{activation}", cell, shape, weights, bias, [], hostile, skip, states, null);
            }
        }
    }

    private void AddSru(SruCase cell, Shape shape, Func<int, float[]> values, bool hostile)
    {
        (int inputs, int units, int first) = (shape.Inputs, shape.Units, shape.FramesOfFirst);
        float[] frames = values(shape.Frames * inputs), skip = values(shape.Frames * units), states = _random.Normals(2 * units);
        double[] firstState = [.. states[..units]], secondState = [.. states[units..]];
        double[] outputs =
        [
            .. ReferenceKernels.Sru(cell, frames[..(first * inputs)], skip[..(first * units)], firstState),
            .. ReferenceKernels.Sru(cell, frames[(first * inputs)..], skip[(first * units)..], secondState),
        ];

        // As SruCell packs them: u0 and the skip matrix have no bias; the state's weights and the scale lie beside the panels.
        float[] biases = new float[cell.Weights.Length / inputs], constants = new float[3 * units];
        cell.Biases.CopyTo(biases, units);
        cell.WeightC.CopyTo(constants, 0);
        constants.AsSpan(2 * units).Fill(cell.SkipScale);
        Add($"Sru{cell.SkipTerm}{cell.Activation}", cell.ToCell(), shape, cell.Weights, biases, constants, frames, skip, states,
            hostile ? null : new(outputs, firstState, secondState));
    }

    private void Add(
        string entry, Cell cell, Shape shape, float[] weights, float[] biases, float[] constants, float[] frames, float[] skip,
        float[] states, Outcome<double>? reference)
    {
        (int inputs, int units) = (shape.Inputs, shape.Units);
        Outcome<float> expected = Values.OnEveryWidth(
            set => Run(set, cell, shape, frames, skip, states), outcome => [.. outcome.Outputs, .. outcome.First, .. outcome.Second]);
        file.Add(entry, [inputs, units, shape.Frames, shape.FramesOfFirst, constants.Length / units],
            new Input(weights), new Input(biases), new Input(constants),
            new Input(frames.Padded(inputs)), new Input(skip.Padded(units)), new Scratch(LanePadding.Pad(shape.Frames * inputs)),
            State(states[..units], expected.First, reference?.First), State(states[units..], expected.Second, reference?.Second),
            Values.Rows(expected.Outputs, units, reference?.Outputs, Tolerance));

        Result State(float[] before, float[] after, double[]? precise)
            => Values.InPlace(before, after, units, precise, Tolerance, StateOffset);
    }

    private static Outcome<float> Run(KernelSet set, Cell cell, Shape shape, float[] frames, float[] skip, float[] states)
    {
        int units = shape.Units;
        using GateLayer layer = set.Compile(cell);
        using AlignedBuffer first = State(states[..units]), second = State(states[units..]);
        using var scratch = new AlignedBuffer(layer.ScratchLength(shape.Frames));
        FrameRows inputs = frames.ToRows(shape.Inputs), skips = skip.ToRows(units), outputs = new float[skip.Length].ToRows(units);
        Segment[] segments = [new(first, shape.FramesOfFirst), new(second, shape.Frames - shape.FramesOfFirst)];
        layer.Run(inputs, skips, outputs, segments[1].Frames > 0 ? segments : segments.AsSpan(0, 1), StateOffset, scratch);
        float[] results = outputs.ToArray(shape.Frames, units);
        foreach (FrameRows rows in new[] { inputs, skips, outputs }) rows.Buffer.Dispose();
        return new(results, Units(first), Units(second));

        AlignedBuffer State(float[] values)
        {
            var state = new AlignedBuffer(StateOffset + LanePadding.Pad(units));
            values.CopyTo(state.Span[StateOffset..]);
            return state;
        }
        float[] Units(AlignedBuffer state) => state.Span.Slice(StateOffset, units).ToArray();
    }
}
