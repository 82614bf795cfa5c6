using System.Net;

namespace EdgeRnn.Server.Limits;

/// <summary>The place of a call in <see cref="CallBudget"/>. A call that keeps it for too long is cut.</summary>
internal sealed class CallPlace : IDisposable
{
    private readonly HttpContext _context;
    private readonly Action<CallPlace> _giveBack;
    private readonly ITimer _deadline;
    private int _given;

    /// <param name="giveBack">Gives the place back.</param>
    /// <param name="limit">How long the call may keep it.</param>
    public CallPlace(HttpContext context, IPAddress address, Action<CallPlace> giveBack, TimeProvider time, TimeSpan limit)
    {
        _context = context;
        _giveBack = giveBack;
        Address = address;
        _deadline = time.CreateTimer(static place => ((CallPlace)place!).Cut(), this, limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where the call comes from.</summary>
    public IPAddress Address { get; }

    /// <summary>Whether the call is not a session.</summary>
    public bool IsTaken => Volatile.Read(ref _given) == 0;

    /// <summary>Ends the call unless it has become a session.</summary>
    public void Cut()
    {
        if (IsTaken)
            _context.Abort();
    }

    /// <summary>The call has become a session, which has a budget of its own.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _given, 1) != 0)
            return;
        _deadline.Dispose();
        _giveBack(this);
    }
}
