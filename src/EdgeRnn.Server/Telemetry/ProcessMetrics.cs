using System.Diagnostics.Metrics;

namespace EdgeRnn.Server.Telemetry;

/// <summary>The operating system's figures of this process. Those of .NET are in its meter System.Runtime.</summary>
internal sealed class ProcessMetrics
{
    public const string MeterName = "EdgeRnn.Process";

    private const string DescriptorFolder = "/proc/self/fd";

    private readonly TimeProvider _time;
    private readonly long _start;

    public ProcessMetrics(IMeterFactory meters, TimeProvider time)
    {
        Meter meter = meters.Create(MeterName);
        _time = time;
        _start = time.GetTimestamp();
        meter.CreateObservableCounter("process.cpu.time", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s",
            "Processor time of this process, in user and kernel mode");
        meter.CreateObservableUpDownCounter("process.memory.usage", () => Environment.WorkingSet, "By", "Physical memory of this process");
        meter.CreateObservableGauge("process.uptime", () => Uptime.TotalSeconds, "s", "Time since this process started");
        meter.CreateObservableUpDownCounter("process.open_file_descriptor.count", CountDescriptors, "{file_descriptor}",
            "Open files and sockets of this process");
    }

    /// <summary>Time since the server was started.</summary>
    public TimeSpan Uptime => _time.GetElapsedTime(_start);

    private static IEnumerable<Measurement<long>> CountDescriptors() => Directory.Exists(DescriptorFolder)
        ? [new Measurement<long>(Directory.EnumerateFileSystemEntries(DescriptorFolder).LongCount())]
        : [];
}
