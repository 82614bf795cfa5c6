using EdgeRnn.Server.Limits;
using Microsoft.AspNetCore.Connections;

namespace EdgeRnn.Server.Tests.Limits;

public sealed class ConnectionLimitTests
{
    [Fact]
    public async Task Apply_BeyondTheMaximum_AbortsUntilOneCloses()
    {
        List<TaskCompletionSource> open = [];
        ConnectionDelegate endpoint = new ConnectionLimit(max: 2).Apply(_ =>
        {
            open.Add(new TaskCompletionSource());
            return open[^1].Task;
        });

        Task first = endpoint(new DefaultConnectionContext()), second = endpoint(new DefaultConnectionContext());
        var refused = new AbortableConnection();
        await endpoint(refused).Soon();
        Assert.True(refused.IsAborted);
        Assert.Equal(2, open.Count);

        open[0].SetResult();
        await first.Soon();
        Task third = endpoint(new DefaultConnectionContext());
        Assert.Equal(3, open.Count);
        open.ForEach(connection => connection.TrySetResult());
        await Task.WhenAll(second, third).Soon();
    }

    private sealed class AbortableConnection : DefaultConnectionContext
    {
        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }
}
