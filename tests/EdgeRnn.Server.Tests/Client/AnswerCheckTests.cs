using EdgeRnn.Client;
using EdgeRnn.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using EndReason = EdgeRnn.Client.EndReason;

namespace EdgeRnn.Server.Tests.Client;

/// <summary>A client trusts no server: what does not add up is an error.</summary>
public sealed class AnswerCheckTests
{
    private const int OutputSize = 3;

    [Fact]
    public void Complete_EveryFrameAnswered_IsAccepted()
    {
        var check = new AnswerCheck(OutputSize, outputEvery: 1);
        check.Add(Result(0, 4), offered: 7);
        check.Add(Result(4, 3), offered: 7);
        check.Complete(End(7, 7, 0), sent: 7);
    }

    [Fact]
    public void Complete_EverySecondFrameWithDrops_IsAccepted()
    {
        var check = new AnswerCheck(OutputSize, outputEvery: 2);
        check.Add(Result(0, 2), offered: 9);
        check.Add(Result(6, 2), offered: 9);
        check.Complete(End(9, 7, 2), sent: 9);
    }

    [Theory]
    [InlineData(3, 1, 12, "result.first_index: expected a multiple of 2 from 4, found 3")]
    [InlineData(5, 1, 12, "result.first_index: expected a multiple of 2 from 4, found 5")]
    [InlineData(4, 0, 0, "result.count: expected at least 1, found 0")]
    [InlineData(4, 2, 12, "result.outputs: expected 24 bytes for 2 outputs of 3 values, found 12")]
    [InlineData(4, 1, 11, "result.outputs: expected 12 bytes for 1 outputs of 3 values, found 11")]
    [InlineData(8, 2, 24, "an answer to one of the 9 frames that were sent, found one to frame 10")]
    [InlineData(ulong.MaxValue - 1, 1, 12, "an answer to one of the 9 frames that were sent, found one to frame 18446744073709551614")]
    public void Add_ResultThatCannotBe_IsRefused(ulong first, uint count, int bytes, string expected)
    {
        var check = new AnswerCheck(OutputSize, outputEvery: 2);
        check.Add(Result(0, 2), offered: 9);
        EdgeRnnException refusal = Assert.Throws<EdgeRnnException>(
            () => check.Add(new Result { FirstIndex = first, Count = count, Outputs = ByteString.CopyFrom(new byte[bytes]) }, offered: 9));
        Assert.Equal(StatusCode.DataLoss, refusal.StatusCode);
        Assert.Contains(expected, refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, 6, 0, "end.frames_accepted: expected 7, the frames that were sent, found 6")]
    [InlineData(7, 6, 0, "end: expected 7 frames computed or dropped, found 6 and 0")]
    [InlineData(7, 7, 0, "end: expected results for 7 computed frames, one of 1 each, found 5 results")]
    [InlineData(7, 6, 1, "end: expected results for 6 computed frames, one of 1 each, found 5 results")]
    public void Complete_FramesMissing_IsRefused(long accepted, long computed, long dropped, string expected)
    {
        var check = new AnswerCheck(OutputSize, outputEvery: 1);
        check.Add(Result(0, 5), offered: 7);
        Assert.Contains(
            expected, Assert.Throws<EdgeRnnException>(() => check.Complete(End(accepted, computed, dropped), sent: 7)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_SessionThatWasCutShort_OwesNothing() =>
        new AnswerCheck(OutputSize, outputEvery: 1).Complete(End(7, 2, 0) with { Reason = EndReason.Shutdown }, sent: 9);

    private static Result Result(ulong first, uint count) =>
        new() { FirstIndex = first, Count = count, Outputs = ByteString.CopyFrom(new byte[count * OutputSize * sizeof(float)]) };

    private static SessionSummary End(long accepted, long computed, long dropped) =>
        new() { Reason = EndReason.EndOfInput, FramesAccepted = accepted, FramesComputed = computed, FramesDropped = dropped };
}
