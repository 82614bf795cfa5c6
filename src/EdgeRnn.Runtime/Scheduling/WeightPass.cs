using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>One reading of a model's weights for the frames of several sessions' blocks. Reused by its worker.</summary>
/// <param name="maxColumns">The most frames of all blocks together.</param>
internal sealed class WeightPass(int maxColumns)
{
    private readonly FrameBlock[] _blocks = new FrameBlock[maxColumns];
    private readonly FrameSegment[] _segments = new FrameSegment[maxColumns];
    private int _count;

    public int MaxColumns => maxColumns;

    /// <summary>Frames in the pass.</summary>
    public int Columns { get; private set; }

    public ReadOnlySpan<FrameBlock> Blocks => _blocks.AsSpan(0, _count);

    /// <summary>What the model is to compute; a segment per block.</summary>
    public ReadOnlySpan<FrameSegment> Segments => _segments.AsSpan(0, _count);

    internal RecurrentModel Model => _blocks[0].Session.Model;

    internal ModelQueue Queue => _blocks[0].Session.Slot.Queue;

    internal void Clear()
    {
        _blocks.AsSpan(0, _count).Clear();
        _segments.AsSpan(0, _count).Clear();
        _count = 0;
        Columns = 0;
    }

    internal void Add(FrameBlock block)
    {
        (_blocks[_count], _segments[_count]) = (block, block.Segment);
        _count++;
        Columns += block.Steps;
    }
}
