namespace EdgeRnn.Server.Limits;

/// <summary>Paces what may be done at a rate, after a burst. Any number of threads may use it.</summary>
/// <param name="rate">Tokens per second.</param>
/// <param name="burst">The most tokens that are saved up.</param>
internal sealed class TokenBucket(double rate, double burst, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly double _burst = burst;
    private double _tokens = burst;
    private long _last = time.GetTimestamp();

    /// <summary>Takes a token, if need be one of the future.</summary>
    /// <returns>How long to wait; zero if there was one.</returns>
    public TimeSpan Take()
    {
        lock (_gate)
        {
            Fill();
            _tokens--;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / rate);
        }
    }

    /// <summary>Takes tokens if there are enough.</summary>
    /// <param name="tokens">At most the burst.</param>
    /// <param name="wait">How long until there are enough, if nobody else takes them.</param>
    public bool TryTake(double tokens, out TimeSpan wait)
    {
        lock (_gate)
        {
            Fill();
            wait = _tokens >= tokens ? TimeSpan.Zero : TimeSpan.FromSeconds((tokens - _tokens) / rate);
            if (wait > TimeSpan.Zero)
                return false;
            _tokens -= tokens;
            return true;
        }
    }

    private void Fill()
    {
        long now = time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + time.GetElapsedTime(_last, now).TotalSeconds * rate);
        _last = now;
    }
}
