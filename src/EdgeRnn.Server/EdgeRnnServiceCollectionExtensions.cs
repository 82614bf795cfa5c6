using EdgeRnn.Server;
using EdgeRnn.Server.Hosting;
using EdgeRnn.Server.Telemetry;

#pragma warning disable IDE0130 // In the namespace where every ASP.NET Core app finds it.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds EdgeRnn to the services of an ASP.NET Core app.</summary>
public static class EdgeRnnServiceCollectionExtensions
{
    /// <summary>
    /// Adds the models, the sessions, the weight pass workers and the gRPC service. Models are loaded when the app starts; when it stops,
    /// sessions are drained before the server closes connections. Map the service with <c>app.MapEdgeRnn()</c>.
    /// </summary>
    /// <remarks>
    /// Options are read from section "EdgeRnn" of the app's <see cref="IConfiguration"/>. If any are wrong, the app does not start:
    /// <see cref="Options.OptionsValidationException"/> lists every error. A service that is registered already, such as a
    /// <see cref="TimeProvider"/>, is kept.
    /// </remarks>
    /// <param name="configure">Overrides what the configuration says.</param>
    public static IServiceCollection AddEdgeRnn(this IServiceCollection services, Action<EdgeRnnOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRuntime();
        if (configure is not null)
            services.Configure(configure);
        return services;
    }

    /// <summary>
    /// Adds what <c>app.MapEdgeRnnMonitoring()</c> serves: a Prometheus exporter for the metrics of EdgeRnn, .NET and the process, which
    /// joins the app's OpenTelemetry meter provider, and the live page.
    /// </summary>
    public static IServiceCollection AddEdgeRnnMonitoring(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddEdgeRnn();
        services.AddMonitoring();
        return services;
    }
}
