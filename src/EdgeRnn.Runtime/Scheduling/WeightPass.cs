using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>One reading of a model's weights for the frames of several sources' blocks. Reused by its worker.</summary>
/// <param name="maxColumns">The most frames of all blocks together.</param>
internal sealed class WeightPass(int maxColumns)
{
    private readonly PassBlock[] _blocks = new PassBlock[maxColumns];
    private readonly FrameSegment[] _segments = new FrameSegment[maxColumns];
    private int _count;
    private ModelQueue? _queue;

    public int MaxColumns => maxColumns;

    /// <summary>Frames in the pass.</summary>
    public int Columns { get; private set; }

    public ReadOnlySpan<PassBlock> Blocks => _blocks.AsSpan(0, _count);

    /// <summary>What the model is to compute; a segment per block.</summary>
    public ReadOnlySpan<FrameSegment> Segments => _segments.AsSpan(0, _count);

    /// <summary>The queue of the model that all blocks belong to. Only of a pass that has blocks.</summary>
    public ModelQueue Queue => _queue!;

    public RecurrentModel Model => Queue.Model;

    public void Clear()
    {
        _blocks.AsSpan(0, _count).Clear();
        _segments.AsSpan(0, _count).Clear();
        _count = 0;
        Columns = 0;
    }

    public void Add(PassBlock block, ModelQueue queue)
    {
        _queue = queue;
        _blocks[_count] = block;
        _segments[_count] = block.Segment;
        _count++;
        Columns += block.Steps;
    }
}
