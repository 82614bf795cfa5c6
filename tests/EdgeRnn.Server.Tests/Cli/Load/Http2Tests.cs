using EdgeRnn.Cli.Load.Http2;

namespace EdgeRnn.Server.Tests.Cli.Load;

/// <summary>The parts of the load tool's HTTP/2 that a well-behaved server rarely exercises.</summary>
public sealed class Http2Tests
{
    private static readonly byte[] Message = [0, 0, 0, 0, 3, 7, 8, 9];

    [Fact]
    public void Read_FieldsOfEveryKind_ReturnsThoseWithLiteralNames()
    {
        // An indexed field, a change of the table's size, a literal with an indexed name, and three with a new name: one Huffman-coded.
        byte[] block =
        [
            0x88, 0x20, 0x0f, 0x10, 1, (byte)'x', 0x00, 1, (byte)'a', 1, (byte)'1', 0x40, 1, (byte)'b', 0, 0x10, 1, (byte)'c', 0x81, 0xff,
        ];
        Assert.Equal(new Dictionary<string, string> { ["a"] = "1", ["b"] = "" }, HeaderBlock.Read(block));
    }

    public static TheoryData<byte[]> BrokenFields =>
    [
        [0xbe],
        [0x00, 5, (byte)'a'],
        [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        [0x00],
    ];

    [Theory]
    [MemberData(nameof(BrokenFields))]
    public void Read_BrokenOrDynamicFields_Throws(byte[] block) => Assert.Throws<InvalidDataException>(() => HeaderBlock.Read(block));

    [Fact]
    public void Read_OfRequest_ReturnsItsFields()
    {
        byte[] block = HeaderBlock.OfRequest(new Uri("http://127.0.0.1:8001"), "/" + new string('p', 300));
        Assert.Equal("trailers", HeaderBlock.Read(block)["te"]);
    }

    [Fact]
    public void FrameHeader_WrittenAndRead_IsTheSame()
    {
        var header = new FrameHeader(0x012345, FrameType.WindowUpdate, FrameFlags.EndHeaders, 0x01020305);
        byte[] bytes = new byte[FrameHeader.Size];
        header.Write(bytes);
        Assert.Equal(header, FrameHeader.Read(bytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(19)]
    [InlineData(24)]
    public void OnData_MessagesInPieces_AreReassembled(int piece)
    {
        var peer = new Peer();
        var stream = new Http2Stream(1, peer, 0);
        foreach (byte[] bytes in Message.Concat(Message).Concat(Message).Chunk(piece))
            stream.OnData(bytes);
        Assert.Equal([[7, 8, 9], [7, 8, 9], [7, 8, 9]], peer.Messages);
    }

    [Fact]
    public void End_AfterAStatus_ReportsItOnce()
    {
        var peer = new Peer();
        var stream = new Http2Stream(1, peer, 0);
        stream.OnHeaders([0, 11, .. "grpc-status"u8, 1, (byte)'5', 0, 12, .. "grpc-message"u8, 4, .. "a%20"u8]);
        stream.End();
        stream.End("later");
        Assert.Equal(["a  (NotFound)"], peer.Ends);
    }

    [Fact]
    public void End_WithoutAStatus_IsAFailure()
    {
        var peer = new Peer();
        new Http2Stream(1, peer, 0).End();
        Assert.NotNull(Assert.Single(peer.Ends));
    }

    private sealed class Peer : StreamPeer
    {
        public List<byte[]> Messages { get; } = [];

        public List<string?> Ends { get; } = [];

        public override bool IsComplete => true;

        public override bool TryTakeNext(out ReadOnlyMemory<byte> message)
        {
            message = default;
            return false;
        }

        public override void OnMessage(ReadOnlySpan<byte> message) => Messages.Add(message.ToArray());

        public override void OnEnd(string? failure) => Ends.Add(failure);
    }
}
