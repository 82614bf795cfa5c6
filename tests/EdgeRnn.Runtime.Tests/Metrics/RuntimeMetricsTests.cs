using System.Diagnostics.Metrics;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Runtime.Tests.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Metrics;

public sealed class RuntimeMetricsTests : IDisposable
{
    private readonly SessionFixture _runtime = new();
    private readonly MeterListener _listener = new();
    private readonly List<(string Instrument, double Value, string Tags)> _measured = [];

    public RuntimeMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, _runtime.Meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _runtime.Dispose();
    }

    [Fact]
    public async Task Session_FromOpenToEnd_IsCounted()
    {
        StreamSession session = _runtime.Open(blockSteps: 4);
        await session.WriteAsync(Bytes(SamplePackages.Frames(6, seed: 1)));
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(50));
        session.Finish(SessionEnd.EndOfInput);
        _runtime.RunPasses();
        Deliver(session);

        Assert.Equal([1], Values("edgernn.sessions.ended", "model=first,reason=end_of_input"));
        Assert.Equal([6], Values("edgernn.frames.accepted", "model=first"));
        Assert.Equal([4, 2], Values("edgernn.frames.computed", "model=first"));
        Assert.Equal([4], Values("edgernn.block.steps", "model=first,reason=full"));
        Assert.Equal([2], Values("edgernn.block.steps", "model=first,reason=end"));
        Assert.Equal([0, 0.05], Values("edgernn.frame.latency", "model=first,stage=block_wait"));
        Assert.Equal([0.05, 0], Values("edgernn.frame.latency", "model=first,stage=queue"));
        Assert.Equal([0, 0], Values("edgernn.frame.latency", "model=first,stage=compute"));
        Assert.Equal([0.05, 0.05], Values("edgernn.frame.latency", "model=first,stage=total"));
        Assert.Equal([0.05], Values("edgernn.session.duration", "model=first"));
        Assert.Equal([1, 1], Values("edgernn.pass.sessions", "model=first"));
        Assert.Equal([4, 2], Values("edgernn.pass.columns", "model=first"));
        long weights = _runtime.Model("first").WeightBytes;
        Assert.Equal([weights, weights], Values("edgernn.weights.read", "model=first"));
    }

    [Theory]
    [InlineData(SessionEnd.EndOfInput, "end_of_input")]
    [InlineData(SessionEnd.ClientCancelled, "client_cancelled")]
    [InlineData(SessionEnd.InvalidInput, "invalid_input")]
    [InlineData(SessionEnd.MessageTooLarge, "message_too_large")]
    [InlineData(SessionEnd.IdleTimeout, "idle_timeout")]
    [InlineData(SessionEnd.ModelFault, "model_fault")]
    [InlineData(SessionEnd.Shutdown, "shutdown")]
    internal void SessionEnded_EveryReason_HasItsTag(SessionEnd reason, string tag)
    {
        StreamSession session = _runtime.Open();
        session.Abort(reason);
        Deliver(session);
        Assert.Equal([1], Values("edgernn.sessions.ended", $"model=first,reason={tag}"));
    }

    [Theory]
    [InlineData(RefusalReason.UnknownModel, "unknown_model")]
    [InlineData(RefusalReason.InvalidOption, "invalid_option")]
    [InlineData(RefusalReason.TooManySessions, "too_many_sessions")]
    [InlineData(RefusalReason.BudgetTooShort, "budget_too_short")]
    [InlineData(RefusalReason.OverCapacity, "over_capacity")]
    [InlineData(RefusalReason.Memory, "memory")]
    [InlineData(RefusalReason.Draining, "draining")]
    internal void SessionRefused_EveryReason_HasItsTag(RefusalReason reason, string tag)
    {
        _runtime.Metrics.SessionRefused(MetricTag<RefusalReason>.Of(reason));
        Assert.Equal([1], Values("edgernn.sessions.refused", $"reason={tag}"));
    }

    [Fact]
    public async Task Sessions_ByState_FollowFramesAndEnd()
    {
        StreamSession session = _runtime.Open();
        _runtime.Open(model: "second");
        _runtime.Time.Advance(TimeSpan.FromSeconds(0.9));
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 1)));
        _runtime.Time.Advance(TimeSpan.FromSeconds(0.95));
        AssertSessions(active: 1, silent: 0, draining: 0);
        Assert.Equal([1], Values("edgernn.sessions", "model=second,state=silent"));
        _runtime.Time.Advance(TimeSpan.FromSeconds(0.1));
        AssertSessions(active: 0, silent: 1, draining: 0);
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 1)));
        AssertSessions(active: 1, silent: 0, draining: 0);
        session.Finish(SessionEnd.EndOfInput);
        AssertSessions(active: 0, silent: 0, draining: 1);
        _runtime.RunPasses();
        Deliver(session);
        AssertSessions(active: 0, silent: 0, draining: 0);
    }

    [Fact]
    public async Task Gauges_WithSessionsAndBlocks_TellWhatIsThere()
    {
        StreamSession session = _runtime.Open(blockSteps: 2);
        _runtime.Open();
        await session.WriteAsync(Bytes(SamplePackages.Frames(4, seed: 1)));
        Collect();
        Assert.Equal([2.0 * _runtime.Model("first").StateBytes], Values("edgernn.state.size", "model=first"));
        Assert.Equal([0], Values("edgernn.state.size", "model=second"));
        Assert.Equal([1], Values("edgernn.queue.depth", "queue=ready"));
        Assert.Equal([0], Values("edgernn.queue.depth", "queue=outlet"));

        _runtime.RunPasses();
        Collect();
        Assert.Equal([0], Values("edgernn.queue.depth", "queue=ready"));
        Assert.Equal([2], Values("edgernn.queue.depth", "queue=outlet"));
    }

    [Fact]
    public void ModelLoads_LoadedAndFailed_AreCountedApart()
    {
        using SamplePackages packages = new SamplePackages().Add("good");
        Directory.CreateDirectory(Path.Combine(packages.Models, "poor"));
        File.WriteAllText(Path.Combine(packages.Models, "poor", "model.json"), "{");
        ModelRepository.Load(packages.Models, KernelSet.Select(null), loaded: load =>
        {
            if (load.IsLoaded)
                _runtime.Metrics.ModelLoaded(load.Name);
            else
                _runtime.Metrics.ModelLoadFailed(load.Name);
        }).Dispose();
        Collect();
        Assert.Equal([1], Values("edgernn.model.loads", "model=good,outcome=loaded"));
        Assert.Equal([1], Values("edgernn.model.loads", "model=poor,outcome=failed"));
        Assert.Equal([0], Values("edgernn.model.loads", "model=good,outcome=failed"));
    }

    [Fact]
    public async Task FramesAbandoned_SessionThatIsAborted_IsTheRestOfItsFrames()
    {
        StreamSession session = _runtime.Open(blockSteps: 4);
        await session.WriteAsync(Bytes(SamplePackages.Frames(6, seed: 1)));
        _runtime.RunPasses();
        session.Abort(SessionEnd.ClientCancelled);
        Deliver(session);
        session.Detach();
        Assert.Equal([6], Values("edgernn.frames.accepted", "model=first"));
        Assert.Equal([4], Values("edgernn.frames.computed", "model=first"));
        Assert.Equal([2], Values("edgernn.frames.abandoned", "model=first,reason=client_cancelled"));
    }

    [Fact]
    public void IntroduceCounters_BeforeAnythingHappens_EveryCounterShowsZero()
    {
        _runtime.Manager.IntroduceCounters();
        Assert.Equal([0], Values("edgernn.sessions.ended", "model=first,reason=model_fault"));
        Assert.Equal([0], Values("edgernn.sessions.refused", "reason=memory"));
        Assert.Equal([0], Values("edgernn.frames.dropped", "model=second,policy=drop_oldest"));
        Assert.Equal([0], Values("edgernn.budget.misses", "model=first"));
        Assert.Equal([0], Values("edgernn.values.held", "model=first"));
    }

    [Fact]
    public void KernelInfo_OnceSelected_TellsKernelsAndWorkers()
    {
        var kernels = KernelSet.Select("scalar");
        _runtime.Metrics.KernelsSelected(kernels.Name, string.Join(',', CpuFeatures.Present), workers: 3);
        Collect();
        Assert.Equal([1], Values("edgernn.kernel.info", $"kernels=scalar,cpu_features={string.Join(',', CpuFeatures.Present)},workers=3"));
    }

    private void AssertSessions(double active, double silent, double draining)
    {
        Collect();
        Assert.Equal([active], Values("edgernn.sessions", "model=first,state=active"));
        Assert.Equal([silent], Values("edgernn.sessions", "model=first,state=silent"));
        Assert.Equal([draining], Values("edgernn.sessions", "model=first,state=draining"));
    }

    private void Collect()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
    }

    private IEnumerable<double> Values(string instrument, string tags) =>
        _measured.Where(m => m.Instrument == instrument && m.Tags == tags).Select(m => m.Value);

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Add((instrument.Name, value, string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
}
