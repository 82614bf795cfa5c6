using EdgeRnn.Kernels.Cells;

namespace EdgeRnn.Kernels.Tests;

/// <summary>GateLayer.Run checks its arguments before it uses a pointer.</summary>
public sealed class GateLayerArgumentTests : IDisposable
{
    private const int Inputs = 7, Units = 13, Frames = 5, Stride = 16;

    private readonly GateLayer _layer = KernelSet.Available[0].Compile(
        new SruCell(Inputs, Units, new float[3 * Units * Inputs], new float[2 * Units], default, SkipTerm.Input, 1, Activation.Tanh));
    private readonly FrameRows _inputs = Rows(), _skip = Rows(), _outputs = Rows();
    private readonly AlignedBuffer _state = new(Stride), _scratch = new(Frames * Stride);

    [Fact]
    public void Run_ValidArguments_Succeeds() => Run();

    [Fact]
    public void Run_NoSegments_DoesNothing() => Run(segments: []);

    [Fact]
    public void Run_StrideNotAMultipleOf16_NamesTheOperand()
    {
        AssertRefused("inputs: the stride must be a multiple of 16, found 15.", () => Run(inputs: _inputs with { Stride = 15 }));
        AssertRefused("outputs: the stride must be a multiple of 16, found 17.", () => Run(outputs: _outputs with { Stride = 17 }));
    }

    [Fact]
    public void Run_StrideBelowWidth_NamesTheOperand() =>
        AssertRefused("skip: the stride must be at least the row width of 13, found 0.", () => Run(skip: _skip with { Stride = 0 }));

    [Theory]
    [InlineData("inputs"), InlineData("skip"), InlineData("outputs")]
    public void Run_TooFewRows_NamesTheOperand(string name)
    {
        using var small = new AlignedBuffer((Frames * Stride) - 1);
        FrameRows? Small(string operand) => operand == name ? new FrameRows(small, Stride) : null;
        AssertRefused(
            $"{name}: 5 rows of stride 16 need 80 floats, found a buffer of 79.",
            () => Run(Small("inputs"), Small("skip"), Small("outputs")));
    }

    [Fact]
    public void Run_ScratchTooSmall_NamesBothLengths()
    {
        using var small = new AlignedBuffer(47);
        AssertRefused("scratch: 5 frames need 48 floats, found 47.", () => Run(scratch: small));
    }

    [Fact]
    public void Run_BufferUsedTwice_Throws()
    {
        AssertRefused("three buffers", () => Run(outputs: _inputs));
        AssertRefused("three buffers", () => Run(scratch: _inputs.Buffer));
        AssertRefused("three buffers", () => Run(scratch: _outputs.Buffer));
        AssertRefused("The skip term must lie in another buffer", () => Run(skip: _outputs));
        AssertRefused("The skip term must lie in another buffer", () => Run(skip: _skip with { Buffer = _scratch }));
    }

    [Theory]
    [InlineData(0), InlineData(-1)]
    public void Run_SegmentWithoutFrames_NamesTheSegment(int frames) =>
        AssertRefused(
            $"segments[1]: expected at least 1 frame, found {frames}.", () => Run(segments: [new(_state, 1), new(_state, frames)]));

    [Fact]
    public void Run_SegmentWithoutState_NamesTheSegment() =>
        AssertRefused("segments[0]: expected a state, found null.", () => Run(segments: [new(null!, 1)]));

    [Fact]
    public void Run_StateTooSmallOrMisplaced_NamesExpectedAndFound()
    {
        AssertRefused("segments[0]: expected a state of at least 32 floats, found 16.", () => Run(stateOffset: 16));
        AssertRefused("stateOffset: expected a multiple of 16, at least 0, found 8.", () => Run(stateOffset: 8));
        AssertRefused("found -16.", () => Run(stateOffset: -16));
    }

    [Fact]
    public void Run_FrameCountExceedsInt_Throws() =>
        Assert.Throws<OverflowException>(() => Run(segments: [new(_state, int.MaxValue), new(_state, 1)]));

    [Fact]
    public void Run_DisposedBuffer_Throws()
    {
        _skip.Buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Run());
    }

    [Fact]
    public void Run_DisposedLayer_Throws()
    {
        _layer.Dispose();
        _layer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Run());
    }

    public void Dispose()
    {
        _layer.Dispose();
        foreach (AlignedBuffer buffer in new[] { _inputs.Buffer, _skip.Buffer, _outputs.Buffer, _state, _scratch })
            buffer.Dispose();
    }

    private static FrameRows Rows() => new(new AlignedBuffer(Frames * Stride), Stride);

    private static void AssertRefused(string message, Action run) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(run).Message, StringComparison.Ordinal);

    private void Run(
        FrameRows? inputs = null, FrameRows? skip = null, FrameRows? outputs = null, Segment[]? segments = null, int stateOffset = 0,
        AlignedBuffer? scratch = null) =>
        _layer.Run(
            inputs ?? _inputs, skip ?? _skip, outputs ?? _outputs, segments ?? [new Segment(_state, Frames)], stateOffset,
            scratch ?? _scratch);
}
