using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace EdgeRnn.Standins.Tests;

public sealed class OfficialReferencesTests
{
    // References within generic code name its type parameters; what serves to resolve them depends on their constraints.
    private static readonly Type[] AnyClass = [.. Enumerable.Repeat(typeof(object), 8)];
    private static readonly Type[] AnyStruct = [.. Enumerable.Repeat(typeof(int), 8)];

    [Theory]
    [InlineData("Grpc.AspNetCore.Server")]
    [InlineData("Grpc.Net.Client")]
    [InlineData("OpenTelemetry")]
    [InlineData("OpenTelemetry.Api")]
    [InlineData("OpenTelemetry.Api.ProviderBuilderExtensions")]
    [InlineData("OpenTelemetry.Exporter.OpenTelemetryProtocol")]
    public void OfficialAssembly_EveryReference_Resolves(string name)
    {
        var assembly = Assembly.Load(name);
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var module = assembly.ManifestModule;
        var failures = metadata.TypeReferences.Select(handle => Failure(() => module.ResolveType(MetadataTokens.GetToken(handle))))
            .Concat(metadata.MemberReferences.Where(handle => !IsOfOwnGeneric(metadata, handle)).Select(
                handle => Failure(() => Resolve(module, handle, AnyClass)) is null
                    ? null
                    : Failure(() => Resolve(module, handle, AnyStruct))))
            // Loading a type checks that it implements every abstract and interface member it has to.
            .Append(Failure(() => assembly.GetTypes()))
            .OfType<string>()
            .ToArray();

        Assert.True(failures.Length == 0, $"{name} has references that do not resolve:\n{string.Join('\n', failures)}");
        Assert.NotEmpty(metadata.MemberReferences);
    }

    private static void Resolve(Module module, MemberReferenceHandle handle, Type[] typeParameters) =>
        module.ResolveMember(MetadataTokens.GetToken(handle), typeParameters, typeParameters);

    /// <summary>A member of a generic type of the assembly's own: no reference to outside, and the type may not accept any type.</summary>
    private static bool IsOfOwnGeneric(MetadataReader metadata, MemberReferenceHandle handle)
    {
        var parent = metadata.GetMemberReference(handle).Parent;
        if (parent.Kind != HandleKind.TypeSpecification)
            return false;
        var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        return signature.ReadSignatureTypeCode() == SignatureTypeCode.GenericTypeInstance
            && signature.ReadSignatureTypeCode() == SignatureTypeCode.TypeHandle
            && signature.ReadTypeHandle().Kind == HandleKind.TypeDefinition;
    }

    private static string? Failure(Action resolve)
    {
        try
        {
            resolve();
            return null;
        }
        catch (Exception e) // Whatever it is, it is the finding.
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }
}
