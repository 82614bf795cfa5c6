using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>From health check results to a serving status.</summary>
internal static class HealthReports
{
    /// <returns>NOT_SERVING if a mapped check is unhealthy, UNKNOWN if no check is mapped, else SERVING: degraded still serves.</returns>
    public static ServingStatus StatusOf(ServiceMapping mapping, HealthReport report)
    {
        var mapped = report.Entries.Where(entry => IsMapped(mapping, entry.Key, entry.Value)).ToArray();
        return mapped.Any(entry => entry.Value.Status == HealthStatus.Unhealthy) ? ServingStatus.NotServing
            : mapped.Length == 0 ? ServingStatus.Unknown
            : ServingStatus.Serving;
    }

    public static bool IsMapped(ServiceMapping mapping, string name, IEnumerable<string> tags) =>
        mapping.HealthCheckPredicate?.Invoke(new HealthCheckMapContext(name, tags)) ?? true;

    private static bool IsMapped(ServiceMapping mapping, string name, HealthReportEntry entry) =>
        IsMapped(mapping, name, entry.Tags) && IsMappedByResult(mapping, name, entry);

#pragma warning disable CS0618 // The obsolete kind of mapping is part of the API that is stood in for.
    private static bool IsMappedByResult(ServiceMapping mapping, string name, HealthReportEntry entry) =>
        mapping.Predicate?.Invoke(
            new HealthResult(name, entry.Tags, entry.Status, entry.Description, entry.Duration, entry.Exception, entry.Data)) ?? true;
#pragma warning restore CS0618
}
