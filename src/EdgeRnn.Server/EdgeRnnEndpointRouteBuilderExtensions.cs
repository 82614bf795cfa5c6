using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server;
using EdgeRnn.Server.Live;
using EdgeRnn.Server.Rpc;
using EdgeRnn.Server.Telemetry;

#pragma warning disable IDE0130 // In the namespace where every ASP.NET Core app finds it.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints of EdgeRnn in an ASP.NET Core app.</summary>
public static class EdgeRnnEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>edgernn.v1.InferenceService</c> and <c>grpc.health.v1.Health</c>. Both need HTTP/2: without TLS, an endpoint whose only
    /// protocol is HTTP/2.
    /// </summary>
    /// <returns>A builder for conventions of both services, such as <c>RequireAuthorization()</c>.</returns>
    /// <exception cref="InvalidOperationException"><c>AddEdgeRnn</c> was not called.</exception>
    public static IEndpointConventionBuilder MapEdgeRnn(this IEndpointRouteBuilder endpoints)
    {
        RequireService<SessionManager>(endpoints, nameof(EdgeRnnServiceCollectionExtensions.AddEdgeRnn));
        RouteGroupBuilder services = endpoints.MapGroup("").WithVersionHeader();
        services.MapGrpcService<InferenceService>();
        services.MapGrpcHealthChecksService();
        return services;
    }

    /// <summary>
    /// Maps <c>/metrics</c> and the live page, <c>/</c>. In an app with a page of its own, map them in a group:
    /// <c>app.MapGroup("/edgernn").MapEdgeRnnMonitoring()</c>.
    /// </summary>
    /// <returns>A builder for conventions of these pages.</returns>
    /// <exception cref="InvalidOperationException"><c>AddEdgeRnnMonitoring</c> was not called.</exception>
    public static IEndpointConventionBuilder MapEdgeRnnMonitoring(this IEndpointRouteBuilder endpoints)
    {
        RequireService<LiveFeed>(endpoints, nameof(EdgeRnnServiceCollectionExtensions.AddEdgeRnnMonitoring));
        RouteGroupBuilder pages = endpoints.MapGroup("");
        pages.MapMetrics();
        pages.MapLivePage();
        return pages;
    }

    private static void RequireService<TService>(IEndpointRouteBuilder endpoints, string method)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (!endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(TService)))
            throw new InvalidOperationException($"Call builder.Services.{method}() before the app is built.");
    }
}
