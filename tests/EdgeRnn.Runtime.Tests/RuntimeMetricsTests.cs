using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Runtime.Tests.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests;

public sealed class RuntimeMetricsTests : IDisposable
{
    private readonly SessionFixture _runtime = new();
    private readonly MeterListener _listener = new();
    private readonly List<(string Instrument, double Value, string Tags)> _measured = [];

    public RuntimeMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, _runtime.Meters)) listener.EnableMeasurementEvents(instrument);
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
    public void SessionEnded_EveryReason_HasItsTag(SessionEnd reason, string tag)
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
    [InlineData(RefusalReason.Draining, "draining")]
    public void SessionRefused_EveryReason_HasItsTag(RefusalReason reason, string tag)
    {
        _runtime.Metrics.SessionRefused(reason);
        Assert.Equal([1], Values("edgernn.sessions.refused", $"reason={tag}"));
    }

    private IEnumerable<double> Values(string instrument, string tags)
        => _measured.Where(m => m.Instrument == instrument && m.Tags == tags).Select(m => m.Value);

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        => _measured.Add((instrument.Name, value, string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
}
