using EdgeRnn.Runtime.Sessions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EdgeRnn.Server;

/// <summary>Healthy while sessions can be opened: the models are loaded, or it would not have started, and it is not draining.</summary>
internal sealed class ReadinessCheck(SessionManager sessions) : IHealthCheck
{
    public const string Name = "ready";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(sessions.IsDraining ? HealthCheckResult.Unhealthy("draining") : HealthCheckResult.Healthy());
}
