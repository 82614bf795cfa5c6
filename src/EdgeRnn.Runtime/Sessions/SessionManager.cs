using System.Collections.Concurrent;
using System.Globalization;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>Owns the sessions: admission, identity, idle expiry and drain.</summary>
internal sealed class SessionManager : IDisposable
{
    private readonly ConcurrentDictionary<string, StreamSession> _sessions = new();
    private readonly ModelRepository _models;
    private readonly RuntimeOptions _options;
    private readonly PassDispatcher _dispatcher;
    private readonly Admission _admission;
    private readonly MemoryGuard _memory;
    private readonly RuntimeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _idleTimer;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _active;
    private long _lastId;
    private volatile bool _isDraining;

    public SessionManager(ModelRepository models, RuntimeOptions options, PassDispatcher dispatcher, MemoryGuard memory,
        RuntimeMetrics metrics, TimeProvider time, ILogger<SessionManager> logger)
    {
        _models = models;
        _options = options;
        _dispatcher = dispatcher;
        _memory = memory;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _admission = new Admission(options);
        metrics.Observe(this);
        // Eight looks per timeout: a session ends at most an eighth of its timeout late.
        TimeSpan period = options.IdleTimeout / 8;
        _idleTimer = time.CreateTimer(static self => ((SessionManager)self!).AbortIdleSessions(), this, period, period);
    }

    public bool IsDraining => _isDraining;

    /// <summary>The sessions that are open at some moment of the enumeration.</summary>
    public IEnumerable<StreamSession> OpenSessions => _sessions.Select(session => session.Value);

    /// <summary>The models that sessions can be opened on.</summary>
    internal IReadOnlyCollection<RecurrentModel> Models => _models.Models;

    /// <summary>Blocks that wait for a weight pass.</summary>
    public int ReadyBlocks => _dispatcher.ReadyBlocks;

    /// <summary>Sessions that are open.</summary>
    public int ActiveSessions => Volatile.Read(ref _active);

    /// <summary>Admits a session.</summary>
    /// <param name="outlet">Gets the session's results and its end.</param>
    /// <exception cref="SessionRefusedException">
    /// Unknown model, an option out of range, a budget that cannot be kept, more sessions than allowed, than the workers carry or than
    /// there is memory for, or draining.
    /// </exception>
    public StreamSession Open(SessionRequest request, ResultOutlet outlet)
    {
        try
        {
            RecurrentModel model = FindModel(request.Model);
            SessionOptions options = FitBudget(SessionOptions.Resolve(request, model, _options), model);
            StreamSession session = Admit(model, options, outlet);
            RuntimeLog.SessionOpened(
                _logger, session.Id, model.Name, options.BlockSteps, options.MaxBlockDelay, options.LatencyBudget, options.OutputEvery);
            // A drain that began meanwhile may have missed it.
            if (_isDraining)
                session.Drain();
            return session;
        }
        catch (SessionRefusedException refusal)
        {
            _metrics.SessionRefused(refusal.Reason);
            RuntimeLog.SessionRefused(_logger, refusal.Reason, refusal.Message);
            throw;
        }
    }

    /// <summary>Bytes that a session with default options holds: its blocks and its recurrent state.</summary>
    public long SessionBytes(RecurrentModel model) =>
        SessionOptions.Resolve(new SessionRequest(model.Name), model, _options).SessionBytes(model, _options);

    /// <summary>
    /// Refuses new sessions from now on, has every session answer what it has accepted, and ends it. Sessions that have not come to
    /// their end within <see cref="RuntimeOptions.DrainTimeout"/> are cut short.
    /// </summary>
    public async Task DrainAsync()
    {
        _isDraining = true;
        RuntimeLog.Draining(_logger, ActiveSessions, _options.DrainTimeout);
        foreach (StreamSession session in _sessions.Values)
            session.Drain();
        if (ActiveSessions == 0)
            _drained.TrySetResult();
        try
        {
            await _drained.Task.WaitAsync(_options.DrainTimeout, _time);
        }
        catch (TimeoutException)
        {
            RuntimeLog.DrainTimedOut(_logger, ActiveSessions);
            foreach (StreamSession session in _sessions.Values)
                session.CutShort("the server shut down before everything was delivered");
        }
    }

    public void Dispose() => _idleTimer.Dispose();

    private RecurrentModel FindModel(string name)
    {
        if (name.Length == 0 && _models.Models.Count == 1)
            return _models.Models.First();
        if (_models.TryGet(name, out RecurrentModel? model))
            return model;
        throw new SessionRefusedException(RefusalReason.UnknownModel, ClientText.UnknownModel("open.model", _models.Models, name));
    }

    private StreamSession Admit(RecurrentModel model, SessionOptions options, ResultOutlet outlet)
    {
        if (_isDraining)
            throw new SessionRefusedException(RefusalReason.Draining, "the server is shutting down: it opens no more sessions");
        try
        {
            if (Interlocked.Increment(ref _active) > _options.MaxSessions)
            {
                throw new SessionRefusedException(RefusalReason.TooManySessions,
                    $"sessions: expected at most {_options.MaxSessions} open, found {_options.MaxSessions + 1} with this one");
            }

            return Create(model, options, outlet);
        }
        catch
        {
            // Whatever prevented the session, memory above all, its place must not stay taken.
            GiveUpPlace();
            throw;
        }
    }

    private StreamSession Create(RecurrentModel model, SessionOptions options, ResultOutlet outlet)
    {
        long bytes = options.SessionBytes(model, _options);
        _memory.Reserve(bytes);
        string? overCapacity = _admission.Add(model, options, _dispatcher.QueueOf(model).Cost);
        try
        {
            if (overCapacity is not null && _options.Admission == AdmissionMode.Enforce)
                throw new SessionRefusedException(RefusalReason.OverCapacity, overCapacity);
            string id = Interlocked.Increment(ref _lastId).ToString("x8", CultureInfo.InvariantCulture);
            var session = new StreamSession(id, model, options, _options, outlet, _dispatcher, _metrics, _time, OnReleased);
            _sessions[id] = session;
            _dispatcher.Pace.SessionOpened();
            if (overCapacity is not null)
                Warn(session, overCapacity);
            return session;
        }
        catch
        {
            _admission.Remove(model, options);
            _memory.Release(bytes);
            throw;
        }
    }

    private void Warn(StreamSession session, string overCapacity)
    {
        RuntimeLog.OverCapacity(_logger, session.Id, overCapacity);
        session.Outlet.Put(new OutletItem(session, OutletItemKind.OverCapacity, Message: overCapacity));
    }

    /// <summary>Bounds the blocks by what a pass may take within the session's budget.</summary>
    /// <exception cref="SessionRefusedException">No block keeps it, however small.</exception>
    private SessionOptions FitBudget(SessionOptions options, RecurrentModel model)
    {
        if (options.LatencyBudget is not { } budget)
            return options;
        PassCost cost = _dispatcher.QueueOf(model).Cost;
        // Where no budget would do, it is the load that is too much, which is for admission to say.
        if (BudgetRules.Shortest(cost, _dispatcher.Pace.Lateness, options.FrameRateHz, options.BlockSteps) is { } shortest
            && budget < shortest)
        {
            throw new SessionRefusedException(RefusalReason.BudgetTooShort,
                $"open.latency_budget_ms: expected at least {shortest.TotalMilliseconds:0}, what this machine can keep, "
                + $"found {budget.TotalMilliseconds:0}");
        }

        return options with { BlockSteps = BudgetRules.BlockSteps(cost, budget, options.BlockSteps) };
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
        _admission.Remove(session.Model, session.Options);
        _memory.Release(session.Options.SessionBytes(session.Model, _options));
        SessionEnd reason = session.End!.Value;
        _metrics.SessionEnded(session.Model.Name, reason, session.Age);
        RuntimeLog.SessionEnded(_logger, session.Id, reason, session.FramesAccepted, session.FramesComputed);
        GiveUpPlace();
    }

    private void GiveUpPlace()
    {
        if (Interlocked.Decrement(ref _active) == 0 && _isDraining)
            _drained.TrySetResult();
    }
}
