namespace EdgeRnn.Server.Limits;

/// <summary>The place of a call in <see cref="CallBudget"/>. A call that keeps it for too long is cut.</summary>
internal sealed class CallPlace : IDisposable
{
    private readonly Action _giveBack;
    private readonly ITimer _deadline;
    private int _given;

    /// <param name="giveBack">Gives the place back.</param>
    /// <param name="limit">How long the call may keep it.</param>
    public CallPlace(HttpContext context, Action giveBack, TimeProvider time, TimeSpan limit)
    {
        _giveBack = giveBack;
        _deadline = time.CreateTimer(static context => ((HttpContext)context!).Abort(), context, limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the call is not a session.</summary>
    public bool IsTaken => Volatile.Read(ref _given) == 0;

    /// <summary>The call has become a session, which has a budget of its own.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _given, 1) != 0)
            return;
        _deadline.Dispose();
        _giveBack();
    }
}
