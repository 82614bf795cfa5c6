using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Sessions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EdgeRnn.Server.Hosting;

/// <summary>
/// Healthy until a shutdown begins; degraded if a package could not be loaded and the others are served.
/// Models were loaded before the server started.
/// </summary>
internal sealed class ReadinessCheck(SessionManager sessions, ModelRepository models) : IHealthCheck
{
    public const string Name = "edgernn";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        sessions.IsDraining ? HealthCheckResult.Unhealthy("draining")
        : sessions.IsStopping ? HealthCheckResult.Unhealthy("stopping: the drain follows")
        : models.Failures.Count > 0 ? HealthCheckResult.Degraded($"not loaded: {string.Join(", ", models.Failures)}")
        : HealthCheckResult.Healthy());
}

/// <summary>The health of a model whose package could not be loaded.</summary>
internal sealed class FailedModelCheck : IHealthCheck
{
    public const string Name = "edgernn-failed-model";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Unhealthy("the package could not be loaded"));
}
