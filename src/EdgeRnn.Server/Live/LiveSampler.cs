using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Energy;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Telemetry;

namespace EdgeRnn.Server.Live;

/// <summary>The sources of the page's figures besides the instruments.</summary>
internal sealed class LiveSources(
    ModelRepository models, SessionManager sessions, LiveResults results, EnergyMonitor energy, KernelSet kernels, WorkerPool workers,
    ProcessMetrics process)
{
    public ModelRepository Models => models;

    public SessionManager Sessions => sessions;

    public LiveResults Results => results;

    public EnergyMonitor Energy => energy;

    public KernelSet Kernels => kernels;

    public WorkerPool Workers => workers;

    public ProcessMetrics Process => process;
}

/// <summary>Takes one snapshot per second from its construction until it is disposed.</summary>
internal sealed class LiveSampler : IDisposable
{
    // As many rows as a phone can show; silent streams come first.
    private const int MaxStreams = 100;

    // Blocks come in bursts: over a shorter time the rate would jump.
    private const int RateSeconds = 5;

    private readonly LiveSources _sources;
    private readonly LiveMeasurements _measured;
    private readonly TimeProvider _time;
    private readonly Queue<(long Time, long Accepted, long Computed, TimeSpan Cpu)> _recent = [];

    public LiveSampler(LiveSources sources, LiveMeasurements measured, TimeProvider time)
    {
        _sources = sources;
        _measured = measured;
        _time = time;
        _recent.Enqueue((time.GetTimestamp(), 0, 0, Environment.CpuUsage.TotalTime));
    }

    public void Dispose() => _measured.Dispose();

    /// <summary>Takes a snapshot. Must be called once per second.</summary>
    public LiveSnapshot Sample()
    {
        _measured.Window.Tick();
        LiveSlot window = _measured.Window.Sum();
        StreamSession[] open = [.. _sources.Sessions.OpenSessions];
        var states = open.CountBy(session => session.Activity).ToDictionary();
        (double accepted, double computed, double cpu) = Rates();

        return new LiveSnapshot(
            new LiveServer(ServerVersion.Text, _sources.Kernels.Name, _sources.Workers.Workers,
                _sources.Process.Uptime.TotalSeconds, _sources.Sessions.IsDraining,
                _measured.Window.Seconds),
            new LiveLoad(states.GetValueOrDefault(SessionActivity.Active), states.GetValueOrDefault(SessionActivity.Silent),
                states.GetValueOrDefault(SessionActivity.Draining), accepted, computed,
                window[LiveCount.BudgetMisses], window[LiveCount.Dropped]),
            window.Latencies(), window.Blocks(), window.Passes(), Machine(cpu),
            [.. open.OrderBy(session => session.Activity != SessionActivity.Silent).ThenBy(session => session.Id, StringComparer.Ordinal)
                .Take(MaxStreams).Select(Describe)],
            open.Length,
            [.. _sources.Models.Models.Select(model => Describe(model, open.Count(session => session.Model == model)))]);
    }

    private (double Accepted, double Computed, double Cpu) Rates()
    {
        (long Time, long Accepted, long Computed, TimeSpan Cpu) now =
            (_time.GetTimestamp(), _measured.Accepted, _measured.Computed, Environment.CpuUsage.TotalTime);
        _recent.Enqueue(now);
        if (_recent.Count > RateSeconds + 1)
            _recent.Dequeue();
        (long Time, long Accepted, long Computed, TimeSpan Cpu) then = _recent.Peek();
        double seconds = _time.GetElapsedTime(then.Time, now.Time).TotalSeconds;
        return seconds > 0
            ? ((now.Accepted - then.Accepted) / seconds, (now.Computed - then.Computed) / seconds,
                (now.Cpu - then.Cpu).TotalSeconds / seconds / Environment.ProcessorCount)
            : default;
    }

    private LiveMachine Machine(double cpu)
    {
        EnergyReading? reading = _sources.Energy.Reading;
        return new LiveMachine(cpu, Environment.ProcessorCount, Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false),
            reading?.Watts, reading?.JoulesPerFrame, _sources.Energy.Sensor);
    }

    private LiveStream Describe(StreamSession session) => new(
        session.Id, session.Model.Name, session.Activity.ToString().ToLowerInvariant(), session.Age.TotalSeconds,
        session.SinceLastFrame.TotalSeconds, session.FramesComputed, session.Options.BlockSteps, _sources.Results.LastOf(session));

    private static LiveModel Describe(RecurrentModel model, int sessions) => new(
        model.Name, model.Version, model.Family, model.LayerCount, model.Parameters, model.WeightBytes, model.StateBytes, model.Precision,
        model.InputSize, model.OutputSize, model.Description.FrameRate, model.Labels, model.Fingerprint, sessions);
}
