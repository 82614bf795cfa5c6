using EdgeRnn.Runtime.Sessions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EdgeRnn.Server.Hosting;

/// <summary>Healthy while sessions can be opened, which ends with the drain. Models were loaded before the server started.</summary>
internal sealed class ReadinessCheck(SessionManager sessions) : IHealthCheck
{
    public const string Name = "edgernn";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(sessions.IsDraining ? HealthCheckResult.Unhealthy("draining") : HealthCheckResult.Healthy());
}
