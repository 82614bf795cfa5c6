namespace Grpc.AspNetCore.HealthChecks;

/// <summary>What a mapping decides on: the registration of one health check.</summary>
public sealed class HealthCheckMapContext(string name, IEnumerable<string> tags)
{
    public string Name { get; } = name;

    public IEnumerable<string> Tags { get; } = tags;
}
