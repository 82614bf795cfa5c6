using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Rpc;
using Grpc.Core;

namespace EdgeRnn.Server.Tests.Server;

public sealed class StatusMapTests
{
    [Theory]
    [InlineData(SessionEnd.EndOfInput, StatusCode.OK, EndReason.EndOfInput)]
    [InlineData(SessionEnd.ClientCancelled, StatusCode.Cancelled, EndReason.ClientCancelled)]
    [InlineData(SessionEnd.InvalidInput, StatusCode.InvalidArgument, EndReason.InvalidInput)]
    [InlineData(SessionEnd.MessageTooLarge, StatusCode.ResourceExhausted, EndReason.MessageTooLarge)]
    [InlineData(SessionEnd.IdleTimeout, StatusCode.DeadlineExceeded, EndReason.IdleTimeout)]
    [InlineData(SessionEnd.ModelFault, StatusCode.Internal, EndReason.ModelFault)]
    [InlineData(SessionEnd.Shutdown, StatusCode.Unavailable, EndReason.Shutdown)]
    internal void Of_SessionEnd_IsTheContracts(SessionEnd end, StatusCode status, EndReason reason) =>
        Assert.Equal((status, reason), StatusMap.Of(end));

    [Theory]
    [InlineData(RefusalReason.UnknownModel, StatusCode.NotFound)]
    [InlineData(RefusalReason.InvalidOption, StatusCode.InvalidArgument)]
    [InlineData(RefusalReason.TooManySessions, StatusCode.ResourceExhausted)]
    [InlineData(RefusalReason.BudgetTooShort, StatusCode.FailedPrecondition)]
    [InlineData(RefusalReason.OverCapacity, StatusCode.ResourceExhausted)]
    [InlineData(RefusalReason.Memory, StatusCode.ResourceExhausted)]
    [InlineData(RefusalReason.Draining, StatusCode.Unavailable)]
    internal void Of_Refusal_IsTheContracts(RefusalReason reason, StatusCode status) => Assert.Equal(status, StatusMap.Of(reason));

    [Fact]
    public void Of_EveryReason_IsCovered()
    {
        foreach (SessionEnd end in Enum.GetValues<SessionEnd>())
            Assert.NotEqual(EndReason.Unspecified, StatusMap.Of(end).Reason);
        foreach (RefusalReason reason in Enum.GetValues<RefusalReason>())
            Assert.NotEqual(StatusCode.OK, StatusMap.Of(reason));
    }
}
