using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>
/// The gRPC health service over the application's health checks: <c>Check</c> runs them, <c>Watch</c> runs them once and then follows
/// the published reports; with <see cref="GrpcHealthChecksOptions.UseHealthChecksCache"/> both only follow the reports.
/// </summary>
internal sealed class HealthService(
    HealthServiceImpl published,
    HealthCheckService checks,
    IOptions<HealthCheckOptions> checkOptions,
    IOptions<GrpcHealthChecksOptions> options,
    IHostApplicationLifetime lifetime) : Health.V1.Health.HealthBase
{
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (options.Value.UseHealthChecksCache)
            return await published.Check(request, context);
        var status = await RunChecks(request.Service, context.CancellationToken);
        return status == ServingStatus.ServiceUnknown
            ? throw new RpcException(new Status(StatusCode.NotFound, ""))
            : new HealthCheckResponse { Status = status };
    }

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var untilStopping = options.Value.SuppressCompletionOnShutdown ? CancellationToken.None : lifetime.ApplicationStopping;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, untilStopping);
        var writer = options.Value.UseHealthChecksCache
            ? responseStream
            : new FreshFirst(responseStream, () => RunChecks(request.Service, context.CancellationToken));

        await published.Watch(request, writer, new EndingCallContext(context, ended.Token));

        if (!context.CancellationToken.IsCancellationRequested && lifetime.ApplicationStopping.IsCancellationRequested)
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing });
    }

    /// <returns>SERVICE_UNKNOWN if no mapping has the name.</returns>
    private async Task<ServingStatus> RunChecks(string service, CancellationToken cancellationToken)
    {
        if (!options.Value.Services.TryGet(service, out var mapping))
            return ServingStatus.ServiceUnknown;
        var report = await checks.CheckHealthAsync(
            check => (checkOptions.Value.Predicate?.Invoke(check) ?? true) && HealthReports.IsMapped(mapping, check.Name, check.Tags),
            cancellationToken);
        return HealthReports.StatusOf(mapping, report);
    }

    /// <summary>Replaces the first message, the last published status, by the status that the checks have now.</summary>
    private sealed class FreshFirst(IServerStreamWriter<HealthCheckResponse> inner, Func<Task<ServingStatus>> runChecks)
        : IServerStreamWriter<HealthCheckResponse>
    {
        private bool _first = true;

        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public async Task WriteAsync(HealthCheckResponse message)
        {
            if (_first)
                message = new HealthCheckResponse { Status = await runChecks() };
            _first = false;
            await inner.WriteAsync(message);
        }
    }
}
