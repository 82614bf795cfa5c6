using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Grpc.AspNetCore.Server.Reflection;

/// <summary>Descriptors of the application's mapped gRPC services; a service without one (code-first) is left out.</summary>
internal sealed class MappedServices(EndpointDataSource endpoints)
{
    public IReadOnlyList<ServiceDescriptor> Descriptors { get; } =
    [
        .. endpoints.Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
            .OfType<Type>()
            .Distinct()
            .Select(DescriptorOf)
            .OfType<ServiceDescriptor>(),
    ];

    /// <summary>Generated code marks the service's base class with the class that holds its static <c>Descriptor</c>.</summary>
    private static ServiceDescriptor? DescriptorOf(Type service) =>
        service.GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)?.BindType
            .GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as ServiceDescriptor;
}
