using EdgeRnn.Kernels;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Live;
using EdgeRnn.Server.Telemetry;

namespace EdgeRnn.Server;

/// <summary>
/// Warms the models up, measures what their passes cost and starts the workers with the host, and drains the sessions before the host
/// stops anything else: connections stay up until accepted frames are answered, and health checks tell the drain.
/// </summary>
internal sealed class RuntimeLifetime(IServiceProvider services, SessionManager sessions, LiveFeed live) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        PassDispatcher dispatcher = services.GetRequiredService<PassDispatcher>();
        foreach (RecurrentModel model in services.GetRequiredService<ModelRepository>().Models)
        {
            model.WarmUp();
            dispatcher.Measure(model);
        }

        // The pool's threads run from its construction until the container disposes of it.
        WorkerPool pool = services.GetRequiredService<WorkerPool>();
        services.GetRequiredService<RuntimeMetrics>().KernelsSelected(services.GetRequiredService<KernelSet>(), pool.Workers);
        _ = services.GetRequiredService<ProcessMetrics>();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await sessions.DrainAsync();
        // The page watches the drain; then its streams must end, or the host would wait for them.
        live.Dispose();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
