using EdgeRnn.Client;
using Grpc.Net.ClientFactory;

#pragma warning disable IDE0130 // Registration methods live where every application finds them without a using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Registers <see cref="EdgeRnnClient"/> with an application's services.</summary>
public static class EdgeRnnClientServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="EdgeRnnClient"/> as a transient service. All instances share one channel, which uses the application's
    /// logger and disconnects with its services.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets at least <see cref="GrpcClientFactoryOptions.Address"/>.</param>
    /// <returns>
    /// A builder for interceptors, credentials, message handlers and the like. Unless it is given a primary handler, connections have the
    /// time-outs described at <see cref="EdgeRnnClient(Uri)"/>.
    /// </returns>
    public static IHttpClientBuilder AddEdgeRnnClient(this IServiceCollection services, Action<GrpcClientFactoryOptions> configure) =>
        services.AddEdgeRnnClient(nameof(EdgeRnnClient), configure);

    /// <summary>
    /// As <see cref="AddEdgeRnnClient(IServiceCollection, Action{GrpcClientFactoryOptions})"/>, for an application that calls several
    /// servers: <see cref="GrpcClientFactory.CreateClient{TClient}(string)"/> returns the client of a name.
    /// </summary>
    public static IHttpClientBuilder AddEdgeRnnClient(
        this IServiceCollection services, string name, Action<GrpcClientFactoryOptions> configure) =>
        services
            .AddGrpcClient<EdgeRnnClient>(name, configure)
            .ConfigurePrimaryHttpMessageHandler(TransportDefaults.CreateHandler);
}
