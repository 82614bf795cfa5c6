using System.Collections.Concurrent;
using System.Globalization;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>Owns the sessions: their identity, idle expiry and drain.</summary>
internal sealed class SessionManager : IDisposable
{
    private readonly ConcurrentDictionary<string, StreamSession> _sessions = new();
    private readonly IReadOnlyCollection<RecurrentModel> _models;
    private readonly RuntimeOptions _options;
    private readonly PassDispatcher _dispatcher;
    private readonly SessionAdmission _admission;
    private readonly RuntimeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _idleTimer;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastId;
    private readonly CancellationTokenSource _draining = new();
    private volatile bool _isDraining;

    public SessionManager(ModelRepository models, RuntimeOptions options, PassDispatcher dispatcher, MemoryGuard memory,
        RuntimeMetrics metrics, TimeProvider time, ILogger<SessionManager> logger)
    {
        _models = models.Models;
        _options = options;
        _dispatcher = dispatcher;
        _admission = new SessionAdmission(models, options, dispatcher, memory);
        _metrics = metrics;
        _time = time;
        _logger = logger;
        metrics.Observe(Snapshot);
        TimeSpan period = options.IdleTimeout / StreamSession.IdleChecks;
        _idleTimer = time.CreateTimer(static self => ((SessionManager)self!).AbortIdleSessions(), this, period, period);
    }

    /// <summary>A session has ended and given up its place. Raised on the thread that ended it.</summary>
    public event Action<StreamSession>? Ended;

    /// <summary>A session was refused.</summary>
    public event Action<SessionRequest, SessionRefusedException>? Refused;

    public bool IsDraining => _isDraining;

    /// <summary>Canceled when the drain begins.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>Whether a shutdown has begun. Sessions may still open and go on until the drain.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Tells that the drain will follow.</summary>
    public void AnnounceStop() => IsStopping = true;

    /// <summary>The open sessions. Sessions that open or end during the enumeration may be missing.</summary>
    public IEnumerable<StreamSession> OpenSessions => _sessions.Select(session => session.Value);

    /// <summary>Blocks that wait for a weight pass.</summary>
    public int ReadyBlocks => _dispatcher.ReadyBlocks;

    /// <summary>Sessions that are open.</summary>
    public int ActiveSessions => _admission.Places;

    /// <summary>
    /// Has every counter show 0 that may count later. Called when collectors listen: a counter that appears with its first count has no rate,
    /// and an alert on it does not fire.
    /// </summary>
    public void IntroduceCounters()
    {
        foreach (RecurrentModel model in _models)
            _metrics.Introduce(model.Name, MetricTag<SessionEnd>.All, MetricTag<OverloadPolicy>.All);
        _metrics.IntroduceRefusals(MetricTag<RefusalReason>.All);
    }

    /// <summary>Admits a session.</summary>
    /// <param name="outlet">Takes the session's results and its end.</param>
    /// <exception cref="SessionRefusedException">
    /// Unknown model, an option out of range, a budget that cannot be kept, more sessions than allowed, than the workers carry or than
    /// there is memory for, or draining.
    /// </exception>
    public StreamSession Open(SessionRequest request, ResultOutlet outlet)
    {
        try
        {
            (RecurrentModel model, SessionOptions options) = _admission.Resolve(request);
            if (_isDraining)
                throw new SessionRefusedException(RefusalReason.Draining, "the server is shutting down: it opens no more sessions");
            StreamSession session = Create(model, options, outlet, _admission.Take(model, options));
            SessionLog.SessionOpened(
                _logger, session.Id, model.Name, options.BlockSteps, options.MaxBlockDelay, options.LatencyBudget, options.OutputEvery,
                NameOf(options.ClientName));
            // A drain that began meanwhile may have missed it.
            if (_isDraining)
                session.Drain();
            return session;
        }
        catch (SessionRefusedException refusal)
        {
            _metrics.SessionRefused(MetricTag<RefusalReason>.Of(refusal.Reason));
            SessionLog.SessionRefused(_logger, refusal.Reason, refusal.Message, NameOf(ForeignText.Show(request.ClientName)));
            Refused?.Invoke(request, refusal);
            throw;
        }
        finally
        {
            // A refused session may have held the last place for a moment.
            SignalIfDrained();
        }
    }

    /// <summary>Bytes that a session with default options holds: its blocks and its recurrent state.</summary>
    public long SessionBytes(RecurrentModel model) =>
        SessionOptions.Resolve(new SessionRequest(model.Name), model, _options).SessionBytes(model, _options);

    /// <summary>
    /// Refuses new sessions from now on, has every session answer the frames that it has accepted, and ends it. Sessions that have not
    /// ended within <see cref="RuntimeOptions.DrainTimeout"/> are cut short.
    /// </summary>
    public async Task DrainAsync()
    {
        _isDraining = true;
        await _draining.CancelAsync();
        SessionLog.Draining(_logger, ActiveSessions, _options.DrainTimeout);
        foreach (StreamSession session in _sessions.Values)
            session.Drain();
        SignalIfDrained();
        try
        {
            await _drained.Task.WaitAsync(_options.DrainTimeout, _time);
        }
        catch (TimeoutException)
        {
            SessionLog.DrainTimedOut(_logger, ActiveSessions);
            foreach (StreamSession session in _sessions.Values)
                session.CutShort("the server shut down before everything was delivered");
        }
    }

    public void Dispose()
    {
        _idleTimer.Dispose();
        _draining.Dispose();
    }

    private StreamSession Create(RecurrentModel model, SessionOptions options, ResultOutlet outlet, Violation? overload)
    {
        try
        {
            string id = Interlocked.Increment(ref _lastId).ToString("x8", CultureInfo.InvariantCulture);
            var session = new StreamSession(id, model, options, _options, outlet, _dispatcher, _metrics, _time, OnReleased);
            _sessions[id] = session;
            _dispatcher.Pace.SessionOpened(_time.GetTimestamp());
            if (overload is not null)
                Warn(session, overload);
            return session;
        }
        catch
        {
            // Whatever prevented the session, lack of memory above all, its place must not stay taken.
            _admission.GiveBack(model, options);
            throw;
        }
    }

    private void Warn(StreamSession session, Violation overload)
    {
        SessionLog.OverCapacity(_logger, session.Id, overload.ToString(), NameOf(session.Options.ClientName));
        session.Outlet.Put(new OutletItem(session, OutletItemKind.OverCapacity, Message: overload.ToString(), Violation: overload));
    }

    private void AbortIdleSessions()
    {
        foreach (StreamSession session in _sessions.Values)
            session.AbortIfIdle();
    }

    private void OnReleased(StreamSession session)
    {
        if (!_sessions.TryRemove(session.Id, out _))
            return;
        _dispatcher.Forget(session.Slot);
        _dispatcher.Pace.SessionClosed();
        SessionEnd reason = session.End!.Value;
        _metrics.SessionEnded(session.Model.Name, MetricTag<SessionEnd>.Of(reason), session.Age);
        long abandoned = session.FramesAccepted - session.FramesComputed - session.FramesDropped;
        if (abandoned > 0)
            _metrics.FramesAbandoned(session.Model.Name, abandoned, MetricTag<SessionEnd>.Of(reason));
        SessionLog.SessionEnded(_logger, session.Id, reason, session.FramesAccepted, session.FramesComputed, NameOf(session.Options.ClientName));
        Ended?.Invoke(session);
        _admission.GiveBack(session.Model, session.Options);
        SignalIfDrained();
    }

    private static string NameOf(string clientName) => clientName.Length > 0 ? clientName : "unnamed";

    private void SignalIfDrained()
    {
        if (_isDraining && ActiveSessions == 0)
            _drained.TrySetResult();
    }

    private RuntimeSnapshot Snapshot()
    {
        StreamSession[] open = [.. OpenSessions];
        ILookup<RecurrentModel, StreamSession> byModel = open.ToLookup(session => session.Model);
        return new RuntimeSnapshot(
            [.. _models.Select(model => Snapshot(model, byModel[model]))], ReadyBlocks, open.Sum(session => session.Outlet.Count));
    }

    private static ModelSnapshot Snapshot(RecurrentModel model, IEnumerable<StreamSession> sessions)
    {
        long[] counts = new long[Enum.GetValues<SessionActivity>().Length];
        foreach (StreamSession session in sessions)
            counts[(int)session.Activity]++;
        return new ModelSnapshot(model.Name,
            [.. Enum.GetValues<SessionActivity>().Select(activity => (MetricTag<SessionActivity>.Of(activity), counts[(int)activity]))],
            counts.Sum() * model.StateBytes);
    }
}
