using EdgeRnn.Protocol;
using Google.Protobuf;

namespace EdgeRnn.Server.Tests;

public sealed class FramePayloadTests
{
    [Fact]
    public void Pack_Values_WritesLittleEndianInOrder() =>
        Assert.Equal([0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0xC0], FramePayload.Pack([1f, -2f]).ToByteArray());

    [Fact]
    public void Unpack_PackedValues_KeepsEveryBit()
    {
        float signaling = BitConverter.Int32BitsToSingle(0x7FA00001);
        float[] values = [0f, -0f, float.Epsilon, float.MaxValue, float.NaN, signaling, float.NegativeInfinity];

        Bits.AssertEqual(values, FramePayload.Unpack(FramePayload.Pack(values)));
    }

    [Fact]
    public void Pack_NoValues_IsEmpty() => Assert.True(FramePayload.Pack([]).IsEmpty);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Unpack_PartOfAValue_Throws(int bytes) =>
        Assert.Throws<ArgumentException>(() => FramePayload.Unpack(ByteString.CopyFrom(new byte[bytes])));

    [Fact]
    public void Write_TooShortBuffer_Throws() => Assert.Throws<ArgumentException>(() => FramePayload.Write(new float[3], new byte[11]));

    [Fact]
    public void Write_LongerBuffer_LeavesTheRest()
    {
        byte[] bytes = [9, 9, 9, 9, 9];
        FramePayload.Write([0f], bytes);
        Assert.Equal([0, 0, 0, 0, 9], bytes);
    }
}
