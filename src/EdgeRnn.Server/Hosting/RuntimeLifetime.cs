using EdgeRnn.Kernels;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Live;
using Microsoft.Extensions.Options;

namespace EdgeRnn.Server.Hosting;

/// <summary>
/// Warms the models up, measures their passes and starts the workers before the host starts; drains the sessions before the host stops
/// anything else, so that connections stay up until accepted frames are answered, and health checks tell the drain.
/// </summary>
internal sealed class RuntimeLifetime(
    IServiceProvider services, SessionManager sessions, RuntimeOptions options, IOptions<HostOptions> host) : IHostedLifecycleService
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long the host may take to stop: to drain, to send what is left, and to close connections.</summary>
    public static TimeSpan StopTime(RuntimeOptions options) => options.DrainTimeout + CloseTimeout;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        PassDispatcher dispatcher = services.GetRequiredService<PassDispatcher>();
        foreach (RecurrentModel model in services.GetRequiredService<ModelRepository>().Models)
        {
            model.WarmUp();
            dispatcher.Measure(model);
        }

        // The pool's threads run from its construction until the container disposes it.
        WorkerPool pool = services.GetRequiredService<WorkerPool>();
        services.GetRequiredService<RuntimeMetrics>().KernelsSelected(
            services.GetRequiredService<KernelSet>().Name, string.Join(',', CpuFeatures.Present), pool.Workers);
        // An app's host reads its timeout when it stops; the drain must fit in.
        if (host.Value.ShutdownTimeout < StopTime(options))
            host.Value.ShutdownTimeout = StopTime(options);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await sessions.DrainAsync();
        // The live page, if there is one, shows the drain; then its streams must end, because the host would wait for them.
        services.GetService<LiveFeed>()?.Dispose();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
