using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests;

/// <summary>The panels of a pass may be divided among threads in any way.</summary>
public unsafe class PanelSplitTests
{
    private const int Inputs = 13, Units = 100, Frames = 15;

    public static TheoryData<string> Kernels => new(TestData.KernelNames);

    [Theory, MemberData(nameof(Kernels))]
    public void Run_PanelsInTwoParts_GivesTheBitsOfAll(string kernels)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            float[] whole = Run(kernels, seed, part: 0), parts = Run(kernels, seed, part: new Random(seed).NextDouble());
            Check.SameBits(whole, parts, $"{kernels}, seed {seed}");
        }
    }

    private static float[] Run(string kernels, int seed, double part) => kernels switch
    {
        "v512" => Run<Lanes512>(seed, part),
        "v256" => Run<Lanes256>(seed, part),
        "v128" => Run<Lanes128>(seed, part),
        _ => Run<Lanes1>(seed, part),
    };

    /// <summary>Skips the fraction <paramref name="part"/> of the panels, runs the others, then runs the skipped ones.</summary>
    private static float[] Run<TLanes>(int seed, double part) where TLanes : unmanaged, ILanes<TLanes>
    {
        var random = new Random(seed);
        using var weights = PackedWeights.Pack<TLanes, SingleWeights>(
            random.Normals(3 * Units * Inputs), random.Normals(3 * Units), random.Normals(3 * Units),
            gates: 3, Units, Inputs, length => new AlignedBuffer(length));
        FrameRows inputs = random.Normals(Frames * Inputs).ToRows(Inputs), outputs = new float[Frames * Units].ToRows(Units);
        using AlignedBuffer packed = new(Frames * Inputs), first = new(LanePadding.Pad(Units)), second = new(LanePadding.Pad(Units));
        var pass = new Pass
        {
            Frames = Frames,
            Inputs = InputPacking.Pack<TLanes, SruKernel<NoSkip, TanhActivation>, SingleWeights>(
                inputs.Buffer.Pointer, inputs.Stride, Frames, Inputs, packed.Pointer),
            FrameScales = null,
            Skip = null,
            SkipStride = 0,
            Outputs = outputs.Buffer.Pointer,
            OutputStride = outputs.Stride,
            Segments = [new(first, 6), new(second, 9)],
            StateOffset = 0,
        };
        int split = (int)(part * weights.Panels);

        GateGemm.Run<TLanes, SruKernel<NoSkip, TanhActivation>, SingleWeights>(weights, split, weights.Panels, in pass);
        GateGemm.Run<TLanes, SruKernel<NoSkip, TanhActivation>, SingleWeights>(weights, 0, split, in pass);

        float[] results = [.. outputs.ToArray(Frames, Units), .. first.Span[..Units], .. second.Span[..Units]];
        inputs.Buffer.Dispose();
        outputs.Buffer.Dispose();
        return results;
    }
}
