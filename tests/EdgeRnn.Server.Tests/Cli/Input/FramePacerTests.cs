using EdgeRnn.Cli.Input;

namespace EdgeRnn.Server.Tests.Cli.Input;

public sealed class FramePacerTests
{
    [Fact]
    public async Task WaitAsync_ForEachFrame_KeepsToTheRateFromTheFirst()
    {
        var time = new FakeTimeProvider();
        var pacer = new FramePacer(rate: 50, time);

        Assert.True(pacer.WaitAsync(default).IsCompleted);
        Task second = pacer.WaitAsync(default);
        time.Advance(TimeSpan.FromMilliseconds(19));
        Assert.False(second.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await second.Soon();

        // A sender that was delayed catches up: the third to sixth frames were due at 40 to 100 ms.
        time.Advance(TimeSpan.FromMilliseconds(80));
        for (int i = 0; i < 4; i++)
            Assert.True(pacer.WaitAsync(default).IsCompleted);
        Assert.False(pacer.WaitAsync(default).IsCompleted);
    }
}
