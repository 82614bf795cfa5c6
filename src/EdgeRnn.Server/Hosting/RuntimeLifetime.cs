using EdgeRnn.Kernels;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Live;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace EdgeRnn.Server.Hosting;

/// <summary>
/// Warms the models up, measures their passes and starts the workers before the host starts; drains the sessions before the host stops
/// anything else, so that connections stay up until accepted frames are answered, and health checks tell the drain.
/// </summary>
internal sealed class RuntimeLifetime(
    IServiceProvider services, SessionManager sessions, RuntimeOptions options, IOptions<HostOptions> host) : IHostedLifecycleService
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long the host may take to stop: to go on for a while, to drain, to send what is left, and to close connections.</summary>
    public static TimeSpan StopTime(RuntimeOptions options, TimeSpan delay) => delay + options.DrainTimeout + CloseTimeout;

    /// <summary>An app delays its shutdown itself if it wants to.</summary>
    private TimeSpan ShutdownDelay =>
        (services.GetRequiredService<IOptions<EdgeRnnOptions>>().Value as EdgeRnnServerOptions)?.ShutdownDelay ?? TimeSpan.Zero;

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
        // The collectors begin to listen when their provider is made.
        _ = services.GetService<MeterProvider>();
        sessions.IntroduceCounters();
        services.GetService<LiveFeed>()?.Start();
        // An app's host reads its timeout when it stops; the drain must fit in.
        if (host.Value.ShutdownTimeout < StopTime(options, ShutdownDelay))
            host.Value.ShutdownTimeout = StopTime(options, ShutdownDelay);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        sessions.AnnounceStop();
        await Task.Delay(ShutdownDelay, services.GetRequiredService<TimeProvider>(), CancellationToken.None);
        await sessions.DrainAsync();
        // The live page, if there is one, shows the drain; then its streams must end, because the host would wait for them.
        services.GetService<LiveFeed>()?.Dispose();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
