using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeRnn.Server.Tests.Documents;

/// <summary>docs/metrics.md has the instruments that the server has.</summary>
public sealed class MetricTests
{
    [Fact]
    public async Task MetricTable_EveryInstrument_IsListedWithItsUnitAndDescription()
    {
        await using TestServer server = await TestServer.StartAsync();
        IMeterFactory meters = server.Server.Services.GetRequiredService<IMeterFactory>();
        List<(string, string?, string?)> instruments = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == RuntimeMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
                instruments.Add((instrument.Name, instrument.Unit ?? "", instrument.Description));
        };
        listener.Start();

        IEnumerable<(string, string?, string?)> listed = Document.Open("docs/metrics.md").Table("instrument")
            .Select(row => (Document.Unquote(row[0]), (string?)Document.Unquote(row[1]), (string?)row[3]));
        Assert.Equal(instruments.Order(), listed.Order());
    }
}
