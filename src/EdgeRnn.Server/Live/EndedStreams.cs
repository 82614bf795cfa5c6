using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Rpc;

namespace EdgeRnn.Server.Live;

/// <summary>Streams that have ended or were refused in the last 15 minutes, with their reasons.</summary>
internal sealed class EndedStreams(TimeProvider time)
{
    /// <summary>Streams that are kept; those that ended well give way first.</summary>
    public const int Capacity = 50;

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly List<LiveEnd> _ends = [];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<LiveEnd> All
    {
        get
        {
            lock (_gate)
                return [.. _ends.AsEnumerable().Reverse()];
        }
    }

    public void Add(StreamSession session)
    {
        SessionEnd reason = session.End!.Value;
        string outcome = reason switch
        {
            SessionEnd.EndOfInput => LiveEnd.Well,
            SessionEnd.ClientCancelled or SessionEnd.Shutdown => LiveEnd.Cut,
            _ => LiveEnd.Failed,
        };
        Add(new LiveEnd(session.Id, session.Options.ClientName, session.Model.Name, outcome, MetricTag<SessionEnd>.Of(reason),
            session.EndMessage, Now, session.Age.TotalSeconds, session.FramesAccepted, session.FramesComputed, session.FramesDropped));
    }

    /// <summary>Adds a refusal. One that repeats another counts with it: a client that tries again and again is one entry.</summary>
    public void Add(SessionRequest request, SessionRefusedException refusal)
    {
        var end = new LiveEnd("", ForeignText.Show(request.ClientName), ForeignText.Show(request.Model), LiveEnd.Refused,
            MetricTag<RefusalReason>.Of(refusal.Reason), RequestFields.Describe(refusal), Now, 0, 0, 0, 0);
        lock (_gate)
        {
            int same = _ends.FindIndex(known => known with { EndedMs = end.EndedMs, Times = 1 } == end);
            if (same >= 0)
            {
                end = end with { Times = _ends[same].Times + 1 };
                _ends.RemoveAt(same);
            }

            Add(end);
        }
    }

    /// <summary>Forgets what ended more than 15 minutes ago.</summary>
    public void Forget()
    {
        long oldest = (time.GetUtcNow() - MaxAge).ToUnixTimeMilliseconds();
        lock (_gate)
            _ends.RemoveAll(end => end.EndedMs < oldest);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Add(LiveEnd end)
    {
        lock (_gate)
        {
            if (_ends.Count == Capacity)
                _ends.RemoveAt(Math.Max(0, _ends.FindIndex(known => known.Outcome == LiveEnd.Well)));
            _ends.Add(end);
        }
    }
}
