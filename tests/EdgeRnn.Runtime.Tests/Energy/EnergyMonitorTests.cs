using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Energy;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Energy;

public sealed class EnergyMonitorTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestMeterFactory _meters = new();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _measured = [];
    private long _frames;
    private int _sessions;

    public EnergyMonitorTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, _meters) && instrument.Name.Contains("energy", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            _measured[$"{instrument.Name} {string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"] = value);
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.Dispose();
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
    public void Instruments_WithWork_MeasureSharesAndCost()
    {
        var sensor = new ConstantSensor { Joules = 4 };
        EnergyMonitor energy = Monitor(sensor);
        energy.Sample();
        Assert.Empty(Collect());
        Next();
        _sessions = 1;
        _frames = 4;
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
            _time.Advance(TimeSpan.FromSeconds(1));
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
        new(sensor, _meters, () => _frames, () => _sessions, _time);

    private sealed class ConstantSensor : PowerSensor
    {
        private bool _hasSample;

        public double Joules { get; set; }

        public override PowerSource Source => PowerSource.ModuleRails;

        public override string Description => "constant";

        public override double? Consumed(TimeSpan elapsed)
        {
            bool isFirst = !_hasSample;
            _hasSample = true;
            return isFirst ? null : Joules;
        }
    }
}
