using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>What an obsolete mapping decides on: the result of one health check.</summary>
[Obsolete($"Map by {nameof(HealthCheckMapContext)} instead.")]
public sealed class HealthResult(
    string name, IEnumerable<string> tags, HealthStatus status, string? description, TimeSpan duration, Exception? exception,
    IReadOnlyDictionary<string, object> data)
{
    public string Name { get; } = name;

    public IEnumerable<string> Tags { get; } = tags;

    public HealthStatus Status { get; } = status;

    public string? Description { get; } = description;

    public IReadOnlyDictionary<string, object> Data { get; } = data;

    public Exception? Exception { get; } = exception;

    public TimeSpan Duration { get; } = duration;
}
