namespace Grpc.AspNetCore.HealthChecks;

/// <summary>The health checks that make up the status of one service name.</summary>
public sealed class ServiceMapping
{
    [Obsolete($"Map by {nameof(HealthCheckMapContext)} instead.")]
    public ServiceMapping(string name, Func<HealthResult, bool> predicate) => (Name, Predicate) = (name, predicate);

    public ServiceMapping(string name, Func<HealthCheckMapContext, bool> predicate) => (Name, HealthCheckPredicate) = (name, predicate);

    public string Name { get; }

    /// <summary>Chooses by registration: an excluded check is not run for the service.</summary>
    public Func<HealthCheckMapContext, bool>? HealthCheckPredicate { get; }

    /// <summary>Chooses by result: every check is run.</summary>
    [Obsolete($"Use {nameof(HealthCheckPredicate)} instead.")]
    public Func<HealthResult, bool>? Predicate { get; }
}
