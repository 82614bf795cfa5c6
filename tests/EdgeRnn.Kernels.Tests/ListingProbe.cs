using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests;

/// <summary>The program that <see cref="ListingTests"/> starts: runs every tile and every epilogue, so that the JIT compiles them.</summary>
internal static class ListingProbe
{
    private const int Size = 37, Frames = 8 + 4 + 2 + 1; // an odd number of panels at every width: pairs and a single one

    private static void Main()
    {
        foreach (KernelSet kernels in KernelSet.Available)
        {
            foreach (WeightPrecision precision in Enum.GetValues<WeightPrecision>())
            {
                foreach (string name in CellCase.Names)
                    Run(kernels, CellCase.Random(name, new Random(1), Size, Size).ToCell(), precision);
                foreach (OutputActivation activation in Enum.GetValues<OutputActivation>())
                    Run(kernels, new LinearCell(Size, Size, new float[Size * Size], default, activation), precision);
            }
        }
    }

    private static void Run(KernelSet kernels, Cell cell, WeightPrecision precision)
    {
        using GateLayer layer = kernels.Compile(cell, precision);
        using var run = new LayerRun(layer, new float[Frames * Size], new float[Frames * Size]);
        using AlignedBuffer state = LayerRun.State(layer, []);
        foreach (int frames in (int[])[Frames, 1, 2])
            run.Run([new Segment(state, frames)]);
    }
}
