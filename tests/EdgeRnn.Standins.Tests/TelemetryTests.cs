using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace EdgeRnn.Standins.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task AddOpenTelemetry_HostStarts_CollectsMetricsWithTheResource()
    {
        var exporter = new NamesExporter();
        using var meter = new Meter(nameof(TelemetryTests));
        var counter = meter.CreateCounter<long>("frames");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("standins"))
            .WithMetrics(metrics => metrics.AddMeter(meter.Name).AddReader(_ => new BaseExportingMetricReader(exporter)));
        using var host = builder.Build();

        await host.StartAsync().WaitAsync(TestServer.Patience);
        counter.Add(7); // Before anything here resolves the provider: only the start of the host can have built it.
        host.Services.GetRequiredService<MeterProvider>().ForceFlush();
        await host.StopAsync().WaitAsync(TestServer.Patience);

        Assert.Contains("standins/frames", exporter.Names);
    }

    private sealed class NamesExporter : BaseExporter<Metric>
    {
        public List<string> Names { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var service = ParentProvider.GetResource().Attributes.Single(attribute => attribute.Key == "service.name").Value;
            foreach (var metric in batch)
                Names.Add($"{service}/{metric.Name}");
            return ExportResult.Success;
        }
    }
}
