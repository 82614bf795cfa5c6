using System.Globalization;
using EdgeRnn.Kernels;
using EdgeRnn.Protocol;
using EdgeRnn.Runtime.Energy;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Telemetry;

namespace EdgeRnn.Server.Live;

/// <summary>The sources of the page's figures.</summary>
internal sealed record LiveSources(
    ModelRepository Models, SessionManager Sessions, LiveStreams Streams, EnergyMonitor Energy, KernelSet Kernels, WorkerPool Workers,
    RuntimeMetrics Metrics, ProcessMetrics Process);

/// <summary>Gathers what the page shows. Must be ticked once per second.</summary>
internal sealed class LiveSampler(LiveSources sources, TimeProvider time)
{
    // Blocks come in bursts: over a shorter time the rate would jump.
    private const int RateSeconds = 5;

    // Of a stream's course, what its row shows.
    private const int Marks = 5 * 60 / LiveWindow.SecondsPerSlot;

    private readonly Queue<Moment> _recent = new([Moment.Now(sources, time)]);
    private readonly History<ServerPoint> _history = new();
    private Moment _recorded = Moment.Now(sources, time);

    /// <summary>The server's last 15 minutes, and the newest part of each stream's.</summary>
    public LiveCourse Course() => new(LiveWindow.SecondsPerSlot, _history.Points,
        sources.Streams.Courses().ToDictionary(course => course.Key, course => (IReadOnlyList<StreamMark?>)[.. course.Value.TakeLast(Marks).Select(Mark)]));

    /// <summary>Moves on by a second.</summary>
    /// <returns>Whether a step of the history was completed.</returns>
    public bool Tick()
    {
        var now = Moment.Now(sources, time);
        sources.Streams.Window.Current.Add(LiveCount.Computed, now.Computed - _recent.Last().Computed);
        _recent.Enqueue(now);
        if (_recent.Count > RateSeconds + 1)
            _recent.Dequeue();
        if (sources.Streams.Window.Tick() is not { } complete)
            return false;
        Record(complete, now);
        return true;
    }

    public LiveSnapshot Sample()
    {
        LiveSlot window = sources.Streams.Window.Sum();
        (WatchedStream Stream, StreamState State)[] open =
            [.. sources.Streams.Open.Select(stream => (stream, stream.State)).OrderBy(open => open.State)
                .ThenBy(open => open.stream.Session.Id, StringComparer.Ordinal)];
        (double computed, double cpu) = _recent.Last().Since(_recent.Peek(), time);
        return new LiveSnapshot(
            new LiveServer(ServerVersion.Text, sources.Kernels.Name, sources.Workers.Workers, sources.Process.Uptime.TotalSeconds,
                sources.Sessions.IsDraining, sources.Streams.Window.Seconds),
            new LiveLoad(open.CountBy(stream => NameOf(stream.State)).ToDictionary(), computed, window[LiveCount.BudgetMisses],
                window[LiveCount.BudgetBlocks], window[LiveCount.Dropped]),
            window.Latencies(), window.Blocks(), window.Passes(), Machine(cpu),
            [.. open.Take(LiveStreams.MaxCourses).Select(stream => Describe(stream.Stream, stream.State))], open.Length,
            sources.Streams.Ended.All,
            [.. sources.Models.Models.Select(model => Describe(model, open.Count(stream => stream.Stream.Session.Model == model)))],
            sources.Models.Failures);
    }

    /// <summary>One stream in detail; null if it is not open.</summary>
    public LiveStreamDetail? Detail(string id)
    {
        if (!sources.Streams.TryGetCourse(id, out WatchedStream? stream, out IReadOnlyList<StreamPoint> points))
            return null;
        StreamSession session = stream.Session;
        RecurrentModel model = session.Model;
        return new LiveStreamDetail(id, session.Options.ClientName, model.Name,
            [.. Enumerable.Range(0, Math.Min(model.OutputSize, StreamCourse.MaxOutputs)).Select(output => LabelOf(model, output))],
            model.OutputSize, model.HeadActivation != HeadActivation.None, session.Options.BlockSteps,
            session.Options.LatencyBudget?.TotalMilliseconds, session.Options.MaxBlockDelay.TotalMilliseconds,
            MetricTag<OverloadPolicy>.Of(session.Options.OverloadPolicy), session.Options.FrameRateHz, session.FramesAccepted,
            session.FramesComputed, session.FramesDropped, stream.Times.Blocks, stream.Times.Late, session.Outlet.Count,
            LiveWindow.SecondsPerSlot, points);
    }

    private void Record(LiveSlot slot, Moment now)
    {
        (double computed, double cpu) = now.Since(_recorded, time);
        _recorded = now;
        LiveLatency total = slot.Latencies()[^1];
        StreamSession[] open = [.. sources.Sessions.OpenSessions];
        _history.Add(new ServerPoint(time.GetUtcNow().ToUnixTimeMilliseconds(), computed, total.P50, total.P99, open.Length,
            open.Count(session => session.Activity == SessionActivity.Silent), slot[LiveCount.BudgetMisses], slot[LiveCount.Dropped], cpu,
            Environment.WorkingSet, sources.Energy.Reading?.Watts));
        sources.Streams.Record();
    }

    private LiveMachine Machine(double cpu)
    {
        EnergyReading? reading = sources.Energy.Reading;
        return new LiveMachine(cpu, Environment.ProcessorCount, Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false),
            reading?.Watts, reading?.JoulesPerFrame, sources.Energy.Sensor);
    }

    private static LiveStream Describe(WatchedStream stream, StreamState state)
    {
        StreamSession session = stream.Session;
        return new LiveStream(session.Id, session.Options.ClientName, session.Model.Name, NameOf(state), session.Age.TotalSeconds,
            session.SinceLastFrame.TotalSeconds, session.FramesComputed, session.FramesDropped, LastResult(stream));
    }

    private static LiveResult? LastResult(WatchedStream stream)
    {
        if (stream.Last is not { Count: > 0 } result)
            return null;
        RecurrentModel model = stream.Session.Model;
        float[] outputs = FramePayload.Unpack(result.Outputs)[^model.OutputSize..];
        int strongest = Array.IndexOf(outputs, outputs.Max());
        float? value = float.IsFinite(outputs[strongest]) ? outputs[strongest] : null;
        return new LiveResult(strongest, LabelOf(model, strongest), value, model.HeadActivation != HeadActivation.None,
            (long)(result.FirstIndex + result.Count));
    }

    private static StreamMark? Mark(StreamPoint point)
    {
        if (point.Outputs is not { } outputs)
            return null;
        int strongest = Enumerable.Range(0, outputs.Count).MaxBy(output => outputs[output] ?? float.NegativeInfinity);
        return new StreamMark(strongest, outputs[strongest]);
    }

    private static string LabelOf(RecurrentModel model, int output) =>
        model.Labels.Count > 0 ? model.Labels[output] : string.Create(CultureInfo.InvariantCulture, $"output {output}");

    private static string NameOf(StreamState state) => MetricTag<StreamState>.Of(state);

    private static LiveModel Describe(RecurrentModel model, int sessions) => new(
        model.Name, model.Version, model.Family, model.LayerCount, model.Parameters, model.WeightBytes, model.StateBytes, model.Precision,
        model.InputSize, model.OutputSize, model.Description.FrameRate, model.Labels, model.Fingerprint, sessions);

    private readonly record struct Moment(long Time, long Computed, TimeSpan Cpu)
    {
        public static Moment Now(LiveSources sources, TimeProvider time) =>
            new(time.GetTimestamp(), sources.Metrics.TotalFramesComputed, Environment.CpuUsage.TotalTime);

        public (double ComputedPerS, double Cpu) Since(Moment then, TimeProvider time)
        {
            double seconds = time.GetElapsedTime(then.Time, Time).TotalSeconds;
            return seconds > 0
                ? ((Computed - then.Computed) / seconds, (Cpu - then.Cpu).TotalSeconds / seconds / Environment.ProcessorCount)
                : default;
        }
    }
}
