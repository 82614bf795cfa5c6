using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Tests.Scheduling;

public class SchedulerPaceTests
{
    private const int Workers = 2, Frequency = 1000;

    private readonly SchedulerPace _pace = new(Workers, Frequency);

    [Fact]
    public void Calm_FewSessions_IsAlwaysOne()
    {
        Open(16 * Workers, at: 5);
        Assert.Equal(1, _pace.Calm(5));
        Open(1, at: 5);
        Assert.Equal(0, _pace.Calm(5));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1000, 0, 0.03)]
    [InlineData(2000, 0.4, 0.5)]
    [InlineData(5000, 0.9, 0.95)]
    [InlineData(60_000, 0.999, 1)]
    public void Calm_AfterAllSessionsWereOpened_ComesBackWithinSeconds(long later, double atLeast, double atMost)
    {
        Open(1000, at: 7000);
        Assert.InRange(_pace.Calm(7000 + later), atLeast, atMost);
    }

    [Fact]
    public void Calm_OneSessionASecondAmongAThousand_StaysNearOne()
    {
        Open(1000, at: 0);
        for (int second = 60; second < 120; second++)
        {
            _pace.SessionClosed();
            Open(1, at: second * Frequency);
            Assert.InRange(_pace.Calm(second * Frequency), 0.99, 1);
        }
    }

    [Fact]
    public void Calm_AFifthOfTheSessionsJustOpened_IsThreeFifths()
    {
        Open(80, at: 0);
        Open(20, at: 1000 * Frequency);
        Assert.Equal(0.6, _pace.Calm(1000 * Frequency), 6);
    }

    private void Open(int sessions, long at)
    {
        for (int i = 0; i < sessions; i++)
            _pace.SessionOpened(at);
    }
}
