using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class HeldValuesTests
{
    private const float NaN = float.NaN;
    private const float Infinity = float.PositiveInfinity;

    [Fact]
    public void Fill_ValuesThatAreNotFinite_AreTheLastOfTheirColumn()
    {
        var held = new HeldValues([10, 20, 30]);
        Assert.Equal([1, 20, 3, 1, 5, 3], Fill(held, [1, NaN, 3, Infinity, 5, -Infinity], out int count));
        Assert.Equal(3, count);
        Assert.Equal([1, 5, 9], Fill(held, [NaN, NaN, 9], out count));
        Assert.Equal(2, count);
        held.Reset();
        Assert.Equal([10, 20, 30], Fill(held, [NaN, NaN, NaN], out count));
    }

    [Fact]
    public void Fill_FiniteValues_ReturnsTheSameMemory()
    {
        ReadOnlyMemory<byte> frames = MemoryMarshal.AsBytes([1f, 2f, 3f]).ToArray();
        Assert.Equal(frames, new HeldValues([0, 0, 0]).Fill(frames, out int count));
        Assert.Equal(0, count);
    }

    [Fact]
    public async Task Write_ToAModelThatHolds_ComputesWhatTheFilledFramesWouldAndCounts()
    {
        using SamplePackages package = new SamplePackages().Add("holds", nonFinite: "hold");
        using var runtime = new SessionFixture(models: 0, folder: package.Models);
        float[] frames = SamplePackages.Frames(9, seed: 3);
        float[] broken = [.. frames], filled = [.. frames];
        (broken[0], filled[0]) = (NaN, 0);
        (broken[4 * SamplePackages.Inputs + 2], filled[4 * SamplePackages.Inputs + 2]) = (Infinity, frames[3 * SamplePackages.Inputs + 2]);

        long held = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == MetricNames.ValuesHeld && ReferenceEquals(instrument.Meter.Scope, runtime.Meters))
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => held += value);
        listener.Start();
        StreamSession session = runtime.Open(blockSteps: 3, model: "holds");

        await session.WriteAsync(SessionFixture.Bytes(broken));
        runtime.RunPasses();

        Assert.Equal(runtime.Expected(filled, "holds"), SessionFixture.Deliver(session).SelectMany(result => result.Outputs));
        Assert.Equal(2, held);
    }

    private static float[] Fill(HeldValues held, float[] frames, out int count) =>
        MemoryMarshal.Cast<byte, float>(held.Fill(MemoryMarshal.AsBytes(frames.AsSpan()).ToArray(), out count).Span).ToArray();
}
