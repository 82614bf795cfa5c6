using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// Multiplies one panel with a block of frames, tile by tile. If there are several tiles, a large panel is cut into parts, and each part
/// is multiplied with all tiles before the next one: only the first tile reads it from memory, the others from the second-level cache.
/// </summary>
internal static unsafe class PanelBlock
{
    // A part, the prefetched next part and the packed inputs then take about half of a second-level cache of 1 MiB. Whole panels of
    // 393 KB did not stay in it.
    private const int MaxPartBytes = 256 << 10;

    // How far to prefetch ahead if a cache line of weights is multiplied with few frames: see StreamDistance.
    private const int FewProductsDistance = 1408;

    /// <summary>Multiplies the panel, and prefetches the one that is read next.</summary>
    /// <param name="panel">A row of biases, then the rows of weights.</param>
    /// <param name="toNext">Words from this panel to the one that is read next; 0 if the pass is a single tile.</param>
    /// <param name="depth">Rows of weights.</param>
    /// <param name="inputs">The block's frames, in the order of <see cref="InputPacking"/>.</param>
    /// <param name="frameScales">[frame]; read only if the weights are integers.</param>
    /// <param name="sums">[frame][gate][lane]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TLanes, TKernel, TFormat>(
        float* panel, nint toNext, int depth, float* inputs, float* frameScales, int frames, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        int rowLength = TKernel.Gates * TLanes.Count, done = 0;
        for (int parts = Parts<TFormat>(toNext, rowLength, depth); parts > 0; parts--)
        {
            int part = (depth - done) / parts;
            float* rows = panel + done * (nint)rowLength;
            nint toNextRows = parts > 1 ? part * (nint)rowLength : toNext - done * (nint)rowLength;
            for (int frame = 0, count, tiles; frame < frames; frame += tiles * count)
            {
                count = GateGemm.TileFrames<TLanes, TKernel, TFormat>(frames - frame);
                tiles = (frames - frame) / count;
                // With several tiles per panel, the first would wait for memory and the others, which read from the cache, would leave
                // it idle. Instead each tile prefetches its share of what is read next.
                float* ahead = rows
                    + (toNext == 0 ? StreamDistance<TLanes, TFormat>(frames) : toNextRows + rowLength * (nint)part * frame / frames);
                nint aheadStep = toNext == 0 ? rowLength : rowLength * count / frames;
                switch (count)
                {
                    case 8:
                        Tiles<EightFrames>();
                        break;
                    case 4:
                        Tiles<FourFrames>();
                        break;
                    case 2:
                        Tiles<TwoFrames>();
                        break;
                    default:
                        Tiles<OneFrame>();
                        break;
                }

                if (TFormat.IsInteger)
                {
                    Quantization.Restore<TLanes, TKernel>(
                        sums + frame * rowLength, tiles * count, panel - rowLength, panel, frameScales + frame);
                }

                [MethodImpl(MethodImplOptions.AggressiveInlining)]
                void Tiles<TFrames>() where TFrames : struct, IFrameCount
                {
                    // The first part begins with the biases, the others with the sums so far.
                    bool isContinued = done > 0;
                    float* tileSums = sums + frame * rowLength;
                    GateGemm.MultiplyTiles<TLanes, TKernel, TFrames, TFormat>(
                        isContinued ? tileSums : panel, isContinued ? rowLength : 0, rows, part,
                        inputs + (frame * (nint)depth + count * (nint)done) * TFormat.WordsPerRow,
                        count * (nint)(depth - part) * TFormat.WordsPerRow, tiles, tileSums, ahead, aheadStep);
                }
            }

            done += part;
        }
    }

    /// <summary>
    /// How many floats ahead of its loads a single tile prefetches. With few instructions per cache line, as with up to four products
    /// of float32 weights, the processor's own reordering already looks far ahead. Measured best of 4 to 12 KiB.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int StreamDistance<TLanes, TFormat>(int frames)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IWeightFormat =>
        TFormat.WordsPerRow == 1 && frames * LanePadding.Units <= 4 * TLanes.Count ? FewProductsDistance : GateGemm.StreamDistance;

    /// <summary>
    /// The number of parts: 1 if the panel is read only once. Also 1 for integers, whose sums become floats after the last row and
    /// whose rows are few.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Parts<TFormat>(nint toNext, int rowLength, int depth) where TFormat : struct, IWeightFormat =>
        toNext == 0 || TFormat.IsInteger ? 1 : 1 + (int)((depth * (long)rowLength * sizeof(float) - 1) / MaxPartBytes);
}
