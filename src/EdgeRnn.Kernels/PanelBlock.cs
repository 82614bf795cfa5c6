using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// One panel times a block of frames, tile by tile. With several tiles a large panel is multiplied in parts, each with all tiles, which
/// find it in the second-level cache again.
/// </summary>
internal static unsafe class PanelBlock
{
    // A part, the next one on its way and the packed inputs are then about half of a second-level cache of 1 MiB; a whole panel of 393 KB
    // was read again from further away.
    private const int MaxPartBytes = 256 << 10;

    // For a row of up to four frames' products per cache line.
    private const int FewProductsDistance = 1408;

    /// <summary>Multiplies, and fetches the panel that is read next.</summary>
    /// <param name="panel">A row of biases, then the rows of weights.</param>
    /// <param name="toNext">Words from this panel to the one that is read next; 0 if the whole pass is one tile.</param>
    /// <param name="depth">Rows of weights.</param>
    /// <param name="inputs">The block's frames, in the order of <see cref="InputPacking"/>.</param>
    /// <param name="frameScales">[frame]; read only where the weights are integers.</param>
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
                // With several tiles per panel, all but the first find it in the cache, so the first would wait for memory
                // while the others leave it idle: instead each tile fetches its share of what is read next.
                float* ahead = rows + (toNext == 0 ? StreamDistance<TLanes, TFormat>(frames) : toNextRows + rowLength * (nint)part * frame / frames);
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
                    bool goesOn = done > 0;
                    float* own = sums + frame * rowLength;
                    GateGemm.MultiplyTiles<TLanes, TKernel, TFrames, TFormat>(
                        goesOn ? own : panel, goesOn ? rowLength : 0, rows, part,
                        inputs + (frame * (nint)depth + count * (nint)done) * TFormat.WordsPerRow,
                        count * (nint)(depth - part) * TFormat.WordsPerRow, tiles, own, ahead, aheadStep);
                }
            }

            done += part;
        }
    }

    /// <summary>
    /// How many floats to stay ahead in the stream. With few instructions per cache line the processor itself is further ahead
    /// (measured best of 4-12 KiB; weights that are taken apart need more instructions).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int StreamDistance<TLanes, TFormat>(int frames)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IWeightFormat =>
        TFormat.WordsPerRow == 1 && frames * LanePadding.Units <= 4 * TLanes.Count ? FewProductsDistance : GateGemm.StreamDistance;

    /// <summary>One part where the panel is read only once, or for integers: their sums become floats at the end, and their rows are few.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Parts<TFormat>(nint toNext, int rowLength, int depth) where TFormat : struct, IWeightFormat =>
        toNext == 0 || TFormat.IsInteger ? 1 : 1 + (int)((depth * (long)rowLength * sizeof(float) - 1) / MaxPartBytes);
}
