namespace EdgeRnn.Kernels.Tests;

public class AlignedBufferTests
{
    [Theory]
    [InlineData(1), InlineData(7), InlineData(1000), InlineData((2 << 18) + 7)]
    public unsafe void Constructor_AnyLength_IsZeroedAndAligned(int length)
    {
        using var buffer = new AlignedBuffer(length);

        Assert.Equal((length, length), (buffer.Length, buffer.Span.Length));
        Assert.Equal(0, (nint)buffer.Pointer % 64);
        Assert.Equal(-1, buffer.Span.IndexOfAnyExcept(0));
    }

    [Theory]
    [InlineData(0), InlineData(-1)]
    public void Constructor_LengthBelowOne_Throws(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedBuffer(length));

    [Fact]
    public void Span_AfterDispose_Throws()
    {
        var buffer = new AlignedBuffer(7);
        buffer.Dispose();
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.Span.Length);
    }
}

public class LanePaddingTests
{
    [Theory]
    [InlineData(0, 0), InlineData(1, 16), InlineData(13, 16), InlineData(16, 16), InlineData(17, 32), InlineData(2147483632, 2147483632)]
    public void Pad_Units_IsTheNextMultipleOf16(int units, int padded) => Assert.Equal(padded, LanePadding.Pad(units));

    [Fact]
    public void Pad_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LanePadding.Pad(-1));
        Assert.Throws<OverflowException>(() => LanePadding.Pad(int.MaxValue));
    }
}
