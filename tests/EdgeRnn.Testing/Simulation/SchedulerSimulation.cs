using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRnn.Testing.Simulation;

/// <summary>
/// A discrete-event simulation of the runtime: real sessions, dispatcher and scheduler, with time that jumps from event to event and
/// passes that compute nothing and take as long as a cost function says. Sessions drop frames that find no room, so that overload
/// shows as a number.
/// </summary>
internal sealed class SchedulerSimulation : IDisposable
{
    private readonly SimulationCase _case;
    private readonly SimulatedTime _time = new();
    private readonly Random _random;
    private readonly SamplePackages _package = new SamplePackages().Add("simulated");
    private readonly Meters _meters = new();
    private readonly ModelRepository _models;
    private readonly PassDispatcher _dispatcher;
    private readonly SessionManager _sessions;
    private readonly ResultOutlet _outlet;
    private readonly PriorityQueue<Stream, long> _arrivals = new();
    private readonly PriorityQueue<Worker, long> _computing = new();
    private readonly Stack<Worker> _idle = [];
    private readonly byte[] _frames = MemoryMarshal.AsBytes<float>(SamplePackages.Frames(8, seed: 1)).ToArray();
    private readonly List<float> _latencies = [];
    private long _wakeUp = long.MaxValue, _announced = long.MaxValue;
    private long _frameCount, _blocks, _misses, _passes, _queued, _busy;
    private int _maxQueue;

    public SchedulerSimulation(SimulationCase simulated)
    {
        ArgumentNullException.ThrowIfNull(simulated);
        _case = simulated;
        _random = new Random(simulated.Seed);
        var options = new RuntimeOptions
        {
            Workers = simulated.Workers,
            MaxSessions = simulated.Streams,
            MaxPassColumns = simulated.MaxPassColumns,
            SharePasses = simulated.SharePasses,
            Admission = AdmissionMode.Warn,
        };
        _models = ModelRepository.Load(_package.Models, KernelSet.Select(null), NullLogger.Instance);
        _dispatcher = new PassDispatcher(options, _time);
        _dispatcher.Add(_models.Models.First(), new PassCost(options.MaxPassColumns, simulated.Cost));
        var memory = new MemoryGuard(ceiling: long.MaxValue, streamBytes: 0, held: () => 0, _time);
        _sessions = new SessionManager(
            _models, options, _dispatcher, memory, new RuntimeMetrics(_meters), _time, NullLogger<SessionManager>.Instance);
        _outlet = new ResultOutlet(checked(simulated.Streams * options.OutletCapacity));
        for (int i = 0; i < simulated.Workers; i++)
            _idle.Push(new Worker(new WeightPass(options.MaxPassColumns)));
        for (int i = 0; i < simulated.Streams; i++)
            Open();
        Deliver();
    }

    public SimulationReport Run()
    {
        long end = Nanoseconds(_case.Duration);
        while (NextEvent() is var next && next < end)
        {
            _time.Now = Math.Max(_time.Now, next);
            while (_arrivals.TryPeek(out Stream? stream, out long arrival) && arrival <= _time.Now)
                Arrive(stream);
            while (_computing.TryPeek(out Worker? worker, out long done) && done <= _time.Now)
                Complete(worker);
            while (_idle.TryPeek(out Worker? worker) && MayLook() && _dispatcher.TryTake(worker.Pass))
                Begin(_idle.Pop());
            if (_wakeUp <= _time.Now)
                _wakeUp = _announced = long.MaxValue;
        }

        long dropped = _sessions.OpenSessions.Sum(session => session.FramesDropped);
        _latencies.Sort();
        return new SimulationReport(_frameCount, dropped, _blocks, _misses, _passes, (double)_queued / Math.Max(1, _passes), _maxQueue,
            (double)_busy / end / _case.Workers, _latencies.Count == 0 ? default : (_latencies[_latencies.Count / 2], _latencies[^1]));
    }

    public void Dispose()
    {
        _sessions.Dispose();
        _models.Dispose();
        _package.Dispose();
        _meters.Dispose();
    }

    private long NextEvent()
    {
        long next = long.MaxValue;
        if (_arrivals.TryPeek(out _, out long arrival))
            next = arrival;
        if (_computing.TryPeek(out _, out long done))
            next = Math.Min(next, done);
        return _idle.Count > 0 ? Math.Min(next, WakeUp()) : next;
    }

    /// <summary>When an idle worker looks for work: at once if something is due, otherwise as late as a machine may wake it.</summary>
    private long WakeUp()
    {
        long due = _dispatcher.NextDue;
        if (due == _announced)
            return _wakeUp;
        if (due <= _time.Now)
            return _time.Now;
        _announced = due;
        return _wakeUp = due == long.MaxValue ? due : due + (long)(_random.NextDouble() * Nanoseconds(_case.Lateness));
    }

    /// <summary>Whether an idle worker is awake: something was due before it could sleep, or its wake-up time has come.</summary>
    private bool MayLook() => _dispatcher.NextDue is var due && (due != _announced || _wakeUp <= _time.Now);

    private void Open()
    {
        var request = new SessionRequest(
            "", _case.BlockSteps, LatencyBudget: _case.Budget, Objective: _case.Budget is null ? null : _case.Objective,
            OverloadPolicy: OverloadPolicy.DropOldest, FrameRateHz: _case.Rate);
        double phase = _case.Pattern == ArrivalPattern.Adversarial ? 0 : _random.NextDouble();
        var stream = new Stream(_sessions.Open(request, _outlet), new Arrivals(_case.Pattern, _case.Rate, phase, _random));
        _arrivals.Enqueue(stream, Nanoseconds(stream.Arrivals.Next(0)));
    }

    private void Arrive(Stream stream)
    {
        _arrivals.Dequeue();
        ValueTask write = stream.Session.WriteAsync(_frames.AsMemory(0, stream.Arrivals.Frames * SamplePackages.Inputs * sizeof(float)));
        if (!write.IsCompletedSuccessfully)
            throw new InvalidOperationException("A session that drops frames made its writer wait.");
        _arrivals.Enqueue(stream, _time.Now + Nanoseconds(stream.Arrivals.Next(_time.Now * 1e-9)));
    }

    private void Begin(Worker worker)
    {
        int queue = _dispatcher.ReadyBlocks;
        _passes++;
        _queued += queue;
        _maxQueue = Math.Max(_maxQueue, queue);
        worker.Duration = Nanoseconds(_case.Cost(worker.Pass.Columns) * (0.95 + 0.1 * _random.NextDouble()));
        _busy += worker.Duration;
        _computing.Enqueue(worker, _time.Now + worker.Duration);
    }

    private void Complete(Worker worker)
    {
        _computing.Dequeue();
        foreach (PassBlock block in worker.Pass.Blocks)
            block.Complete(succeeded: true);
        _dispatcher.PassCompleted(worker.Pass, TimeSpan.FromTicks(worker.Duration / TimeSpan.NanosecondsPerTick));
        worker.Pass.Clear();
        _idle.Push(worker);
        Deliver();
    }

    private void Deliver()
    {
        while (_outlet.TryRead(out OutletItem item))
        {
            if (item.Block is not { } block)
                continue;
            _frameCount += block.Steps;
            _blocks++;
            if (block.BudgetMargin is { } margin)
            {
                _misses += margin < TimeSpan.Zero ? 1 : 0;
                _latencies.Add((float)(_case.Budget!.Value - margin).TotalMilliseconds);
            }

            block.Release();
        }
    }

    private static long Nanoseconds(double seconds) => (long)(seconds * 1e9);

    private sealed record Stream(StreamSession Session, Arrivals Arrivals);

    private sealed class Worker(WeightPass pass)
    {
        public WeightPass Pass => pass;

        public long Duration { get; set; }
    }

    private sealed class Meters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
