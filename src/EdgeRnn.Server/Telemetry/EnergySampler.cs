using EdgeRnn.Runtime.Energy;

namespace EdgeRnn.Server.Telemetry;

/// <summary>Samples the power sensor at its own interval while the host runs.</summary>
internal sealed class EnergySampler(EnergyMonitor energy, TimeProvider time, ILogger<EnergySampler> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (energy.Interval is not { } interval)
            return;
        ServerLog.PowerSensorFound(logger, energy.Sensor!);
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            energy.Sample();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
