using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Energy;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Runtime.Tests.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Energy;

public sealed class EnergyMonitorTests : IDisposable
{
    private readonly SessionFixture _runtime = new();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _measured = [];

    public EnergyMonitorTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, _runtime.Meters) && instrument.Name.Contains("energy", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            _measured[$"{instrument.Name} {string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"] = value);
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _runtime.Dispose();
    }

    [Fact]
    public void Instruments_WithoutSensor_AreAbsent()
    {
        EnergyMonitor energy = Monitor(null);
        energy.Sample();
        energy.Sample();
        Assert.Null(energy.Interval);
        Assert.Empty(Collect());
    }

    [Fact]
    public async Task Instruments_WithWork_TellSharesAndCost()
    {
        var sensor = new ConstantSensor { Joules = 4 };
        EnergyMonitor energy = Monitor(sensor);
        energy.Sample();
        Assert.Empty(Collect());
        Next();
        StreamSession session = _runtime.Open(blockSteps: 4);
        await session.WriteAsync(Bytes(SamplePackages.Frames(4, seed: 1)));
        _runtime.RunPasses();
        sensor.Joules = 10;
        Next();

        Assert.Equal(new Dictionary<string, double>
        {
            ["edgernn.energy.consumed source=module_rails,share=idle"] = 8,
            ["edgernn.energy.consumed source=module_rails,share=work"] = 6,
            ["edgernn.energy.power source=module_rails"] = 10,
            ["edgernn.energy.per_frame source=module_rails"] = 1.5,
            ["edgernn.energy.per_stream_hour source=module_rails"] = 6 * 3600,
        }, Collect());

        void Next()
        {
            _runtime.Time.Advance(TimeSpan.FromSeconds(1));
            energy.Sample();
        }
    }

    private Dictionary<string, double> Collect()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return _measured;
    }

    private EnergyMonitor Monitor(PowerSensor? sensor) =>
        new(sensor, _runtime.Meters, _runtime.Metrics, _runtime.Manager, _runtime.Time);

    private sealed class ConstantSensor : PowerSensor
    {
        private bool _hasLooked;

        public double Joules { get; set; }

        public override PowerSource Source => PowerSource.ModuleRails;

        public override string Description => "constant";

        public override double? Consumed(TimeSpan elapsed)
        {
            bool isFirst = !_hasLooked;
            _hasLooked = true;
            return isFirst ? null : Joules;
        }
    }
}
