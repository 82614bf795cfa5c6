using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// One inference session: a recurrent state, the frames on their way to it, and the results on their way out. It has one writer;
/// everything else may come from any thread. Its end is decided once: <see cref="Finish"/> announces it, <see cref="Abort"/> may come
/// before it, and only a shutdown that runs out of time changes it later, while its results are still being delivered.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Token sources without a timer or a wait handle hold nothing to release.")]
internal sealed partial class StreamSession
{
    private readonly Lock _gate = new();
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
    private SessionEnd? _closing;
    private string _message = "";
    private bool _ended;
    private bool _detached;
    private bool _hasReleased;
    private readonly long _openedAt;
    private long _lastActivity;
    private long _lastFrame;

    internal StreamSession(string id, RecurrentModel model, SessionOptions options, RuntimeOptions limits, ResultOutlet outlet,
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
        State = model.CreateState();
        Slot = new SessionSlot(this, dispatcher.QueueOf(model));
        _accumulator = new BlockAccumulator(
            this, limits.BlocksPerSession, new BlockClock(options, Slot.Queue, dispatcher.Pace, limits, time.TimestampFrequency));
        _openedAt = _lastActivity = _lastFrame = time.GetTimestamp();
    }

    /// <summary>Unique within the process.</summary>
    public string Id { get; }

    public RecurrentModel Model { get; }

    public SessionOptions Options { get; }

    /// <summary>Its place in the scheduler.</summary>
    internal SessionSlot Slot { get; }

    /// <summary>Where its results go.</summary>
    public ResultOutlet Outlet { get; }

    /// <summary>Fires when no more input is taken, whoever decided it.</summary>
    public CancellationToken InputClosed => _inputClosed.Token;

    /// <summary>Fires when the session was cut short: nothing of it needs to be delivered any more but its end.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>Frames accepted; their indices are 0 to one less.</summary>
    public long FramesAccepted
    {
        get
        {
            lock (_gate)
                return _accumulator.NextIndex;
        }
    }

    /// <summary>Accepted frames that the overload policy has dropped.</summary>
    public long FramesDropped
    {
        get
        {
            lock (_gate)
                return _accumulator.Dropped;
        }
    }

    /// <summary>Frames computed.</summary>
    public long FramesComputed { get; private set; }

    /// <summary>Why the session ended, or is ending; null while it takes input.</summary>
    public SessionEnd? End
    {
        get
        {
            lock (_gate)
                return _closing;
        }
    }

    /// <summary>
    /// What the model remembers of the frames computed so far. For in-process use: touch it only while no block of the session is in
    /// flight, and before the session ends, which disposes it.
    /// </summary>
    public RecurrentState State { get; }

    /// <summary>
    /// Accepts frames; while no block is free it waits or drops frames, as the session's <see cref="OverloadPolicy"/> says. Where the
    /// input was closed meanwhile, the rest is not accepted, without an error: the session's end tells how many were.
    /// </summary>
    /// <param name="frames">Whole frames as binary32, little-endian, [frames][input size]. Must stay unchanged until completion.</param>
    /// <param name="firstIndex">Index of the first frame, to be checked; null for no check.</param>
    /// <param name="clientTimestamp">Comes back with the block whose first frame is among these.</param>
    /// <exception cref="InvalidFramesException">Not whole frames, another index, or a value that is not finite where the model
    /// rejects such. None of the frames was accepted.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frames, ulong? firstIndex = null, long? clientTimestamp = null)
    {
        FrameRules.Check(frames.Span, Model, firstIndex, FramesAccepted);
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

    /// <summary>Has the frames computed that wait for their block to fill.</summary>
    public void Flush() => Change(static (accumulator, now) => accumulator.Close(BlockReason.Flush, now));

    /// <summary>Forgets the recurrent state between the frames accepted so far and the next one.</summary>
    public void Reset() => Change(static (accumulator, now) => accumulator.Reset(now));

    private int Accept(ReadOnlySpan<byte> frames, long arrival, long? clientTimestamp)
    {
        BlockTimes? offer;
        int taken;
        long dropped;
        lock (_gate)
        {
            if (_closing is not null)
                return 0;
            dropped = -_accumulator.Dropped;
            taken = _accumulator.Append(frames, _frameBytes, arrival, clientTimestamp, _time.GetTimestamp());
            dropped += _accumulator.Dropped;
            offer = NextOffer();
        }

        Volatile.Write(ref _lastActivity, _time.GetTimestamp());
        if (taken > 0)
            Volatile.Write(ref _lastFrame, _lastActivity);
        _metrics.FramesAccepted(Model.Name, taken);
        if (dropped > 0)
            _metrics.FramesDropped(Model.Name, dropped, Options.OverloadPolicy);
        if (offer is { } times)
            _dispatcher.Offer(Slot, times, mayCompute: true);
        return taken;
    }

    private void Change(Action<BlockAccumulator, long> change)
    {
        BlockTimes? offer;
        lock (_gate)
        {
            if (_closing is not null)
                return;
            change(_accumulator, _time.GetTimestamp());
            offer = NextOffer();
        }

        Volatile.Write(ref _lastActivity, _time.GetTimestamp());
        if (offer is { } times)
            _dispatcher.Offer(Slot, times);
    }
}
