using EdgeRnn.Runtime.Energy;

namespace EdgeRnn.Runtime.Tests.Energy;

public sealed class EnergyAccountTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly EnergyAccount _account = new();

    [Fact]
    public void Book_BusyAfterIdle_SeparatesWorkFromIdle()
    {
        _account.Book(5, Second, frames: 0, sessions: 0);
        _account.Book(14, 2 * Second, frames: 100, sessions: 3);
        EnergyReading reading = _account.Reading;
        Assert.Equal((15.0, 4.0), (reading.IdleJoules, reading.WorkJoules));
        Assert.Equal(7, reading.Watts);
        Assert.Equal(0.04, reading.JoulesPerFrame!.Value, 1e-12);
        Assert.Equal(4 * 3600 / 6.0, reading.JoulesPerStreamHour!.Value, 1e-9);
    }

    [Fact]
    public void Book_NeverIdle_CountsAllAsWork()
    {
        _account.Book(6, Second, frames: 1, sessions: 1);
        Assert.Equal((0.0, 6.0), (_account.Reading.IdleJoules, _account.Reading.WorkJoules));
    }

    [Fact]
    public void Book_DriftingIdlePower_IsFollowed()
    {
        _account.Book(4, Second, frames: 0, sessions: 0);
        for (int i = 0; i < 100; i++)
            _account.Book(6, Second, frames: 0, sessions: 0);
        double before = _account.Reading.WorkJoules;
        _account.Book(10, Second, frames: 1, sessions: 1);
        Assert.Equal(4, _account.Reading.WorkJoules - before, 1e-3);
    }

    [Fact]
    public void Book_LessThanIdlePower_IsNotNegativeWork()
    {
        _account.Book(6, Second, frames: 0, sessions: 0);
        _account.Book(5, Second, frames: 9, sessions: 1);
        Assert.Equal((11.0, 0.0), (_account.Reading.IdleJoules, _account.Reading.WorkJoules));
    }

    [Fact]
    public void Book_WithoutFramesOrSessions_HasNoValuePerFrameOrStream()
    {
        _account.Book(6, Second, frames: 0, sessions: 0);
        EnergyReading reading = _account.Reading;
        Assert.Equal((6, null, null), (reading.Watts!.Value, reading.JoulesPerFrame, reading.JoulesPerStreamHour));
    }

    [Fact]
    public void Book_SensorSilent_KeepsTheSumsAndHasNoPower()
    {
        _account.Book(6, Second, frames: 0, sessions: 0);
        _account.Book(null, Second, frames: 5, sessions: 1);
        Assert.Equal((null, 6.0), (_account.Reading.Watts, _account.Reading.IdleJoules));
    }

    [Fact]
    public void Book_OlderThanAMinute_DoesNotCountPerFrame()
    {
        _account.Book(1000, Second, frames: 1, sessions: 1);
        for (int i = 0; i < 60; i++)
            _account.Book(3, Second, frames: 3, sessions: 1);
        Assert.Equal(1, _account.Reading.JoulesPerFrame!.Value, 1e-12);
    }
}
