using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests;

/// <summary>
/// The same bits, whatever the schedule: a stream's outputs and state do not depend on how it is cut into blocks, on its neighbors in a
/// pass, on the width, or on how panels are cut into parts. The reference is the scalar kernel, one frame at a time.
/// </summary>
public class BlockInvarianceTests
{
    private const int Frames = 40;

    public static IEnumerable<object[]> KernelsAndSeeds() =>
        from kernels in TestData.KernelNames
        from precision in Enum.GetValues<WeightPrecision>()
        from seed in Enumerable.Range(1, 100)
        select new object[] { kernels, precision, seed };

    [Theory, MemberData(nameof(KernelsAndSeeds))]
    internal void Run_RandomCutsAndNeighbors_GivesTheBitsOfOneFrameAtATime(string kernels, WeightPrecision precision, int seed)
    {
        var random = new Random(seed);
        Cell cell = RandomCell(random, precision);
        using GateLayer scalar = KernelSet.Select("scalar").Compile(cell, precision);
        using GateLayer layer = KernelSet.Select(kernels).Compile(cell, precision);
        Stream[] streams = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => new Stream(random, layer))];

        while (streams.Any(stream => stream.Position < Frames))
            RunPass(random, layer, streams);

        foreach (Stream stream in streams)
        {
            string what = $"{kernels}, {precision}, {cell.GetType().Name} {cell.Inputs} x {cell.Units}, seed {seed}";
            (float[] outputs, float[] state) = OneFrameAtATime(scalar, stream);
            Check.SameBits(outputs, [.. stream.Outputs], $"outputs of {what}");
            Check.SameBits(state, LayerRun.Units(layer, stream.State), $"state of {what}");
        }
    }

    public static TheoryData<string> Kernels() => [.. TestData.KernelNames];

    [Theory, MemberData(nameof(Kernels))]
    public void Run_PanelsOfSeveralParts_GivesTheBitsOfOneFrameAtATime(string kernels)
    {
        // Enough inputs for panels of several parts, of different lengths, at any width of four or more lanes.
        const int Inputs = 6007, Units = 17, Steps = 23;
        var random = new Random(7);
        CellCase cell = SruCase.Random(random, Inputs, Units, SkipTerm.Input, Activation.Tanh);
        float[] frames = random.Normals(Steps * Inputs), skip = random.Normals(Steps * Units);
        foreach (WeightPrecision precision in Enum.GetValues<WeightPrecision>())
        {
            using GateLayer layer = KernelSet.Select(kernels).Compile(cell.ToCell(), precision);
            using AlignedBuffer one = new(layer.StateSize), all = new(layer.StateSize);
            using var block = new LayerRun(layer, frames, skip);
            block.Run([new Segment(all, Steps)]);
            var expected = new List<float>();
            foreach ((float[] frame, float[] frameSkip) in frames.Chunk(Inputs).Zip(skip.Chunk(Units)))
            {
                using var run = new LayerRun(layer, frame, frameSkip);
                run.Run([new Segment(one, 1)]);
                expected.AddRange(run.Outputs);
            }

            Check.SameBits([.. expected], block.Outputs, $"outputs of {kernels}, {precision}");
            Check.SameBits(LayerRun.Units(layer, one), LayerRun.Units(layer, all), $"state of {kernels}, {precision}");
        }
    }

    /// <summary>More sessions than a block of the gate product has frames, of every length from 1: each step has fewer of them.</summary>
    [Theory, MemberData(nameof(Kernels))]
    public void Run_ManySessionsOfAFullyRecurrentCell_GivesTheBitsOfOneFrameAtATime(string kernels)
    {
        const int Sessions = 71, Inputs = 19, Units = 37;
        foreach ((CellCase cellCase, WeightPrecision precision) in
            from cellCase in (CellCase[])[LstmCase.Random(new Random(3), Inputs, Units), GruCase.Random(new Random(4), Inputs, Units)]
            from precision in Enum.GetValues<WeightPrecision>()
            select (cellCase, precision))
        {
            string name = cellCase.GetType().Name;
            var random = new Random(11);
            var cell = cellCase.ToCell();
            using GateLayer scalar = KernelSet.Select("scalar").Compile(cell, precision);
            using GateLayer layer = KernelSet.Select(kernels).Compile(cell, precision);
            int[] counts = [.. Enumerable.Range(0, Sessions).Select(session => 1 + session % 7)];
            Stream[] streams = [.. counts.Select(_ => new Stream(random, layer))];

            for (int pass = 0; pass < 5; pass++)
            {
                random.Shuffle(counts);
                RunPass(layer, streams, counts);
            }

            foreach (Stream stream in streams)
            {
                (float[] outputs, float[] state) = OneFrameAtATime(scalar, stream);
                Check.SameBits(outputs, [.. stream.Outputs], $"outputs of {kernels}, {precision}, {name}");
                Check.SameBits(state, LayerRun.Units(layer, stream.State), $"state of {kernels}, {precision}, {name}");
            }
        }
    }

    private static Cell RandomCell(Random random, WeightPrecision precision)
    {
        int units = TestData.Sizes[random.Next(TestData.Sizes.Length)], inputs = TestData.Sizes[random.Next(TestData.Sizes.Length)];
        if (random.Next(10) == 0)
        {
            return new LinearCell(inputs, units, random.Normals(units * inputs), random.Normals(units), (OutputActivation)random.Next(2));
        }

        string[] names = [.. CellCase.Names];
        return CellCase.Random(names[random.Next(names.Length)], random, inputs, units).ToCell();
    }

    /// <summary>Runs one pass with blocks of random lengths of a random choice of streams, in random order.</summary>
    private static void RunPass(Random random, GateLayer layer, Stream[] streams)
    {
        Stream[] chosen = [.. streams.Where(stream => stream.Position < Frames && random.Next(3) > 0)];
        if (chosen.Length == 0)
            return;
        random.Shuffle(chosen);
        int[] counts = [.. chosen.Select(stream => random.Next(1, Math.Min(Frames - stream.Position, random.Next(2) == 0 ? 3 : 20) + 1))];
        RunPass(layer, chosen, counts);
    }

    private static void RunPass(GateLayer layer, Stream[] chosen, int[] counts)
    {
        float[] frames = [.. chosen.Zip(counts).SelectMany(pair => pair.First.NextFrames(layer, pair.Second))];
        float[] skip = [.. chosen.Zip(counts).SelectMany(pair => pair.First.NextSkip(layer, pair.Second))];

        using var run = new LayerRun(layer, frames, skip);
        run.Run([.. chosen.Zip(counts).Select(pair => new Segment(pair.First.State, pair.Second))]);

        int at = 0;
        foreach ((Stream stream, int count) in chosen.Zip(counts))
        {
            stream.Outputs.AddRange(run.Outputs.AsSpan(at * layer.Units, count * layer.Units));
            stream.Position += count;
            at += count;
        }
    }

    private static (float[] Outputs, float[] State) OneFrameAtATime(GateLayer layer, Stream stream)
    {
        using AlignedBuffer state = LayerRun.State(layer, stream.Start);
        var outputs = new List<float>();
        for (int frame = 0; frame < stream.Position; frame++)
        {
            float[] inputs = stream.Frames.AsSpan(frame * layer.Inputs, layer.Inputs).ToArray();
            using var run = new LayerRun(layer, inputs, stream.Skip.AsSpan(frame * layer.Units, layer.Units).ToArray());
            run.Run([new Segment(state, 1)]);
            outputs.AddRange(run.Outputs);
        }

        return ([.. outputs], LayerRun.Units(layer, state));
    }

    private sealed class Stream(Random random, GateLayer layer)
    {
        public float[] Frames { get; } = random.Normals(BlockInvarianceTests.Frames * layer.Inputs);
        public float[] Skip { get; } = random.Normals(BlockInvarianceTests.Frames * layer.Units);
        public float[] Start { get; } = random.Normals(layer.StateVectors * layer.Units);
        public AlignedBuffer State => field ??= LayerRun.State(layer, Start);
        public List<float> Outputs { get; } = [];
        public int Position { get; set; }

        public float[] NextFrames(GateLayer layer, int count) => Frames.AsSpan(Position * layer.Inputs, count * layer.Inputs).ToArray();
        public float[] NextSkip(GateLayer layer, int count) => Skip.AsSpan(Position * layer.Units, count * layer.Units).ToArray();
    }
}
