using EdgeRnn.Server.Limits;

namespace EdgeRnn.Server.Tests.Limits;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryTake_AfterTheBurst_TellsHowLongToWait()
    {
        var bucket = new TokenBucket(rate: 4, burst: 3, _time);
        for (int i = 0; i < 3; i++)
            Assert.True(bucket.TryTake(1, out _));
        Assert.False(bucket.TryTake(1, out TimeSpan wait));
        Assert.Equal(TimeSpan.FromSeconds(0.25), wait);
        _time.Advance(wait);
        Assert.True(bucket.TryTake(1, out _));
        Assert.False(bucket.TryTake(1, out _));
    }

    [Fact]
    public void Take_FromTheFuture_WaitsLongerEachTime()
    {
        var bucket = new TokenBucket(rate: 10, burst: 1, _time);
        Assert.Equal([0, 100, 200], new[] { bucket.Take(), bucket.Take(), bucket.Take() }.Select(wait => wait.TotalMilliseconds));
    }

    [Fact]
    public void TryTake_AfterALongPause_HasNoMoreThanTheBurst()
    {
        var bucket = new TokenBucket(rate: 1000, burst: 2, _time);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(bucket.TryTake(2, out _));
        Assert.False(bucket.TryTake(1, out _));
    }
}
