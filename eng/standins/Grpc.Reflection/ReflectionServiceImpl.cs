using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using Asked = Grpc.Reflection.V1Alpha.ServerReflectionRequest.MessageRequestOneofCase;

namespace Grpc.Reflection;

/// <summary>Server reflection, protocol version v1alpha.</summary>
public class ReflectionServiceImpl : ServerReflection.ServerReflectionBase
{
    private readonly ReflectionIndex _index;

    public ReflectionServiceImpl(IEnumerable<string> services, SymbolRegistry symbolRegistry) => _index = new(services, symbolRegistry);

    public ReflectionServiceImpl(IEnumerable<ServiceDescriptor> serviceDescriptors) => _index = new([.. serviceDescriptors]);

    public ReflectionServiceImpl(params ServiceDescriptor[] serviceDescriptors) => _index = new(serviceDescriptors);

    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext().ConfigureAwait(false))
            await responseStream.WriteAsync(Answer(requestStream.Current)).ConfigureAwait(false);
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        Asked.FileByFilename => Files(_index.ByName(request.FileByFilename), ReflectionIndex.FileNotFound),
        Asked.FileContainingSymbol => Files(_index.BySymbol(request.FileContainingSymbol), ReflectionIndex.SymbolNotFound),
        Asked.ListServices => new() { ListServicesResponse = Services() },
        _ => Error(StatusCode.Unimplemented, ReflectionIndex.Unsupported),
    };

    private ListServiceResponse Services() => new() { Service = { _index.Services.Select(name => new ServiceResponse { Name = name }) } };

    private static ServerReflectionResponse Files(IReadOnlyCollection<ByteString>? files, string otherwise) => files is null
        ? Error(StatusCode.NotFound, otherwise)
        : new() { FileDescriptorResponse = new() { FileDescriptorProto = { files } } };

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new() { ErrorCode = (int)code, ErrorMessage = message } };
}
