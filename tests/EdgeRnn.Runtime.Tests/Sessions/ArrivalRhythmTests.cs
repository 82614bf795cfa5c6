using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class ArrivalRhythmTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void IsSilent_SlowStreamOfAFastModel_NeverAfterItsFirstGap()
    {
        ArrivalRhythm rhythm = Rhythm(50);
        for (int i = 0; i < 200; i++)
        {
            Arrive(rhythm);
            Wait(0.5);
            Assert.False(rhythm.IsSilent);
        }

        Wait(4.4);
        Assert.False(rhythm.IsSilent);
        Wait(0.1);
        Assert.True(rhythm.IsSilent);
    }

    [Theory]
    [InlineData(50.0)]
    [InlineData(null)]
    public void IsSilent_BurstsFarApart_KnowsTheirPauses(double? expected)
    {
        ArrivalRhythm rhythm = Rhythm(expected);
        for (int burst = 0; burst < 7; burst++)
        {
            for (int i = 0; i < 100; i++)
                Arrive(rhythm);
            Wait(7);
            Assert.Equal(expected is not null && burst == 0, rhythm.IsSilent);
        }
    }

    [Fact]
    public void IsSilent_FirstMessageOfManyFrames_WaitsForAsManyIntervals()
    {
        ArrivalRhythm rhythm = Rhythm(50);
        Arrive(rhythm, 103);
        Wait(20.5);
        Assert.False(rhythm.IsSilent);
        Wait(0.2);
        Assert.True(rhythm.IsSilent);
    }

    [Fact]
    public void IsSilent_FastStream_AfterOneSecond()
    {
        ArrivalRhythm rhythm = Rhythm(null);
        for (int i = 0; i < 99; i++)
        {
            Arrive(rhythm);
            Wait(0.02);
        }

        Wait(0.97);
        Assert.False(rhythm.IsSilent);
        Wait(0.02);
        Assert.True(rhythm.IsSilent);
        Assert.Equal(1.01, rhythm.SinceLast.TotalSeconds, 1e-6);
    }

    [Fact]
    public void IsSilent_AfterALongSilence_KnowsItsRhythmAgainWithinAMinute()
    {
        ArrivalRhythm rhythm = Rhythm(50);
        Stream(1);
        Wait(600);
        Assert.True(rhythm.IsSilent);
        Stream(1);
        Wait(1.5);
        Assert.False(rhythm.IsSilent);
        Stream(300);
        Wait(1.5);
        Assert.True(rhythm.IsSilent);

        void Stream(int seconds)
        {
            for (int i = 0; i < 50 * seconds; i++)
            {
                Arrive(rhythm);
                Wait(0.02);
            }
        }
    }

    [Fact]
    public void IsSilent_WithoutAFrame_GoesByTheExpectedRate()
    {
        ArrivalRhythm known = Rhythm(2), unknown = Rhythm(null);
        Wait(4.9);
        Assert.False(known.IsSilent);
        Wait(1e6);
        Assert.True(known.IsSilent);
        Assert.False(unknown.IsSilent);
    }

    private ArrivalRhythm Rhythm(double? expected) => new(expected, _time, _time.GetTimestamp());

    private void Arrive(ArrivalRhythm rhythm, int frames = 1) => rhythm.Arrived(frames, _time.GetTimestamp());

    private void Wait(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
