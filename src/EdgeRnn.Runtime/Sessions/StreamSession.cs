using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using EdgeRnn.Runtime.Locking;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// One inference session: a recurrent state, the frames on their way to it, and the results on their way out. It has one writer;
/// everything else may come from any thread. <see cref="SessionLifecycle"/> says how it ends.
/// </summary>
[DebuggerDisplay("{Id} on {Model.Name}: {_lifecycle.State}, {FramesComputed} frames computed")]
[SuppressMessage("Design", "CA1001", Justification = "Token sources without a timer or a wait handle hold nothing to release.")]
internal sealed partial class StreamSession : IBlockSource
{
    /// <summary>Checks per idle time-out: a session ends at most one of them late.</summary>
    public const int IdleChecks = 8;

    private readonly RankedLock _gate = new(LockRank.Session);
    private readonly SessionLifecycle _lifecycle = new();
    private readonly BlockAccumulator _accumulator;
    private readonly RoomSignal _room = new();
    private readonly CancellationTokenSource _inputClosed = new();
    private readonly CancellationTokenSource _aborted = new();
    private readonly PassDispatcher _dispatcher;
    private readonly RuntimeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly TimeSpan _idleTimeout;
    private readonly Action<StreamSession> _released;
    private readonly int _frameBytes;
    private readonly HeldValues? _held;
    private readonly ArrivalRhythm _rhythm;
    private readonly long _openedAt;
    private long _lastActivity;
    private long _seenActivity;
    private int _idleChecks;

    /// <param name="released">Called once, when nothing of the session is left to be done.</param>
    public StreamSession(string id, RecurrentModel model, SessionOptions options, RuntimeOptions limits, ResultOutlet outlet,
        PassDispatcher dispatcher, RuntimeMetrics metrics, TimeProvider time, Action<StreamSession> released)
    {
        Id = id;
        Model = model;
        Options = options;
        Outlet = outlet;
        _dispatcher = dispatcher;
        _metrics = metrics;
        _time = time;
        _released = released;
        _idleTimeout = limits.IdleTimeout;
        _frameBytes = model.InputSize * sizeof(float);
        _held = model.HoldsNonFinite ? new HeldValues(model.RestingFrame) : null;
        State = model.CreateState();
        Slot = new SchedulerSlot(this, dispatcher.QueueOf(model));
        _accumulator = new BlockAccumulator(
            this, limits.BlocksPerSession, new BlockClock(options, Slot.Queue, dispatcher.Pace, limits, time.TimestampFrequency));
        _openedAt = _lastActivity = time.GetTimestamp();
        _rhythm = new ArrivalRhythm(ExpectedRate, time, _openedAt);
    }

    /// <summary>
    /// Accepts frames. If no block is free it waits or drops frames, as the session's <see cref="OverloadPolicy"/> says. If the input is
    /// closed meanwhile, the rest is not accepted and no error is thrown: the session's end tells how many frames were.
    /// </summary>
    /// <param name="frames">Whole frames as binary32, little-endian, [frames][input size]. Must stay unchanged until completion.</param>
    /// <param name="firstIndex">Index of the first frame, to be checked; null for no check.</param>
    /// <param name="clientTimestamp">Comes back with the block whose first frame is among these.</param>
    /// <exception cref="InvalidFramesException">Not whole frames, another index, or a value that is not finite and the model
    /// rejects such values. None of the frames was accepted.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frames, ulong? firstIndex = null, long? clientTimestamp = null)
    {
        FrameRules.Check(frames.Span, Model, firstIndex, FramesAccepted);
        if (_held is not null)
            frames = Hold(_held, frames);
        long arrival = _time.GetTimestamp();
        while (true)
        {
            frames = frames[(Accept(frames.Span, arrival, clientTimestamp) * _frameBytes)..];
            if (frames.IsEmpty || InputClosed.IsCancellationRequested)
                return;
            Outlet.HandOver();
            ValueTask room = _room.WaitAsync();
            if (!room.IsCompleted)
                Outlet.Release();
            await room;
        }
    }

    /// <summary>Closes the block that is filling, so that it is computed without waiting for more frames.</summary>
    public void Flush() => Change(static (accumulator, now) => accumulator.Close(BlockReason.Flush, now));

    /// <summary>Resets the recurrent state between the frames accepted so far and the next one.</summary>
    public void Reset()
    {
        _held?.Reset();
        Change(static (accumulator, now) => accumulator.Reset(now));
    }

    /// <summary>Takes no more input, has accepted frames computed and delivered, and then ends.</summary>
    /// <param name="message">Fit for the client.</param>
    public void Finish(SessionEnd reason, string message = "") => Finish(reason, message, notice: null);

    /// <summary>As <see cref="Finish(SessionEnd, string)"/> for <see cref="SessionEnd.Shutdown"/>, with a notice to the client first.</summary>
    public void Drain() => Finish(SessionEnd.Shutdown, "the server is shutting down; every accepted frame was answered",
        "the server is shutting down: it takes no more frames and answers those it has accepted");

    /// <summary>Ends now. Frames that were accepted but not delivered are lost; the counts of frames tell how many.</summary>
    /// <param name="message">Fit for the client.</param>
    public void Abort(SessionEnd reason, string message = "") => EndNow(SessionEvent.Abort, reason, message);

    /// <summary>As <see cref="Abort"/> for <see cref="SessionEnd.Shutdown"/>, even if only the delivery of results is left.</summary>
    public void CutShort(string message) => EndNow(SessionEvent.CutShort, SessionEnd.Shutdown, message);

    /// <summary>
    /// The stream is gone: nothing more can be delivered. The session ends if it has not ended, and gives up its place. It keeps the place
    /// until then, so that sessions whose results are not read count against the limit.
    /// </summary>
    public void Detach() => EndNow(SessionEvent.Detach, SessionEnd.ClientCancelled, "the stream is gone");

    /// <summary>
    /// Ends the session if nothing was received or delivered for the idle time-out. Called <see cref="IdleChecks"/> times per time-out, by
    /// one thread at a time: a process that was stopped for a while did not call it, and that time is no idleness.
    /// </summary>
    public void AbortIfIdle()
    {
        long activity = Volatile.Read(ref _lastActivity);
        if (activity != _seenActivity)
        {
            _seenActivity = activity;
            _idleChecks = 0;
            return;
        }

        if (++_idleChecks >= IdleChecks && _time.GetElapsedTime(activity) >= _idleTimeout)
            Abort(SessionEnd.IdleTimeout, $"nothing was received or delivered for {_idleTimeout.TotalSeconds:0.###} s");
    }

    private ReadOnlyMemory<byte> Hold(HeldValues values, ReadOnlyMemory<byte> frames)
    {
        frames = values.Fill(frames, out int count);
        if (count > 0)
            _metrics.ValuesHeld(Model.Name, count);
        return frames;
    }

    private int Accept(ReadOnlySpan<byte> frames, long arrival, long? clientTimestamp)
    {
        BlockTimes? offer;
        int taken;
        long dropped;
        using (_gate.EnterScope())
        {
            if (_lifecycle.State != SessionState.Open)
                return 0;
            dropped = -_accumulator.Dropped;
            taken = _accumulator.Append(frames, _frameBytes, arrival, clientTimestamp, _time.GetTimestamp());
            dropped += _accumulator.Dropped;
            offer = NextOffer();
        }

        Volatile.Write(ref _lastActivity, _time.GetTimestamp());
        if (taken > 0)
            _rhythm.Arrived(taken, _lastActivity);
        _metrics.FramesAccepted(Model.Name, taken);
        if (dropped > 0)
            _metrics.FramesDropped(Model.Name, dropped, MetricTag<OverloadPolicy>.Of(Options.OverloadPolicy));
        Perform(SessionActions.None, offer, mayCompute: true);
        return taken;
    }

    private void Change(Action<BlockAccumulator, long> change)
    {
        BlockTimes? offer;
        using (_gate.EnterScope())
        {
            if (_lifecycle.State != SessionState.Open)
                return;
            change(_accumulator, _time.GetTimestamp());
            offer = NextOffer();
        }

        Volatile.Write(ref _lastActivity, _time.GetTimestamp());
        Perform(SessionActions.None, offer);
    }

    private void Finish(SessionEnd reason, string message, string? notice)
    {
        BlockTimes? offer;
        SessionActions actions;
        using (_gate.EnterScope())
        {
            if (_lifecycle.State != SessionState.Open)
                return;
            if (notice is not null)
                Outlet.Put(new OutletItem(this, OutletItemKind.Draining, Message: notice));
            _accumulator.Close(BlockReason.End, _time.GetTimestamp());
            offer = NextOffer();
            actions = Transit(SessionEvent.Finish, reason, message);
        }

        Perform(actions, offer);
    }

    private void EndNow(SessionEvent occurred, SessionEnd reason, string message)
    {
        SessionActions actions;
        using (_gate.EnterScope())
        {
            if (_lifecycle.State < SessionState.Ended)
                _accumulator.Clear();
            actions = Transit(occurred, reason, message);
        }

        Perform(actions, offer: null);
    }

    /// <summary>
    /// Moves the lifecycle on, with the session's lock held. The end goes into the outlet at once, so that no change of its reason comes
    /// between.
    /// </summary>
    /// <returns>What remains to be done without the lock.</returns>
    private SessionActions Transit(SessionEvent occurred, SessionEnd reason = default, string message = "")
    {
        SessionActions actions = _lifecycle.Apply(occurred, _accumulator.IsIdle, reason, message);
        if ((actions & SessionActions.AnnounceEnd) != 0)
            Outlet.Put(new OutletItem(this, OutletItemKind.End, End: _lifecycle.End!.Value, Message: _lifecycle.Message));
        return actions;
    }

    /// <summary>Does what a change of the session entails. The only place for it; without the session's lock.</summary>
    /// <param name="mayCompute">The calling thread has the time for a short weight pass.</param>
    private void Perform(SessionActions actions, BlockTimes? offer, bool mayCompute = false)
    {
        if (Has(SessionActions.CloseInput))
            _inputClosed.Cancel();
        if (Has(SessionActions.CancelDelivery))
            _aborted.Cancel();
        if (Has(SessionActions.WakeWriter))
            _room.Set();
        if (offer is { } times)
            _dispatcher.Offer(Slot, times, mayCompute);
        if (Has(SessionActions.FreeState))
            State.Dispose();
        if (Has(SessionActions.Release))
            _released(this);

        bool Has(SessionActions action) => (actions & action) != 0;
    }
}
