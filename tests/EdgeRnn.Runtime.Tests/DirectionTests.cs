using Mono.Cecil;
using Mono.Cecil.Cil;

namespace EdgeRnn.Runtime.Tests;

/// <summary>
/// The folders of EdgeRnn.Runtime depend on each other in one direction. The compiled assembly is read, so that neither `var` nor a lambda
/// nor a generic argument hides a dependency.
/// </summary>
public sealed class DirectionTests
{
    private const string Root = "EdgeRnn.Runtime";

    // The types of the root that are options or results. They use nothing, so every folder may use them; LocalModel is above all folders.
    private const string Values = "the root's values";

    /// <summary>A folder, and the folders that its types may use. Folders without a row may use any.</summary>
    private static readonly Dictionary<string, string[]> Rows = new()
    {
        [Values] = [],
        ["Locking"] = [],
        ["Metrics"] = [],
        ["Energy"] = ["Metrics"],
        ["Models"] = [],
        ["Models.Json"] = ["Models"],
        ["Models.Tensors"] = ["Models", "Models.Json"],
        ["Models.Tensors.Torch"] = ["Models", "Models.Tensors"],
        ["Models.Running"] = ["Models"],
        ["Models.Families"] = ["Models", "Models.Json", "Models.Tensors", "Models.Running"],
        ["Models.Packages"] = ["Models", "Models.Json", "Models.Tensors", "Models.Running", "Models.Families"],
        ["Models.Packages.Import"] =
        [
            "Models", "Models.Json", "Models.Tensors", "Models.Tensors.Torch", "Models.Running", "Models.Families", "Models.Packages",
        ],
        ["Scheduling"] = ["Locking", "Metrics", "Models", "Models.Running"],
        ["Sessions"] = ["Locking", "Metrics", "Models", "Models.Running", "Models.Packages", "Scheduling"],
        ["Local"] = ["Locking", "Metrics", "Models", "Models.Running", "Models.Packages", "Scheduling", "Sessions"],
    };

    [Fact]
    public void Folders_OfRuntime_UseOnlyWhatTheirRowAllows() => Assert.Empty(Violations(Rows));

    [Fact]
    public void Rows_OfTheTable_AreFoldersInAnOrderWithoutCycles()
    {
        string[] folders = [.. Rows.Keys];
        using AssemblyDefinition assembly = Read();
        Assert.All(folders, folder => Assert.Contains(
            assembly.MainModule.Types, type => IsOurs(type, assembly) && FolderOf(type) == folder));
        for (int i = 0; i < folders.Length; i++)
            Assert.All(Rows[folders[i]], used => Assert.InRange(Array.IndexOf(folders, used), 0, i - 1));
    }

    [Fact]
    public void Violations_RowThatAllowsTooLittle_NamesBothTypesAndFolders()
    {
        List<string> found = Violations(new() { ["Models.Tensors"] = ["Models"], ["Models.Packages.Import"] = [] });

        Assert.Contains("Models.Tensors.SafetensorsHeader uses Models.Json.JsonSection: Models.Tensors must not use Models.Json", found);
        // A return type, a lambda's parameter, a generic argument of a field and an enumeration that is only a local.
        Assert.Contains(
            "Models.Packages.Import.ModelImporter uses Models.Packages.ModelManifest: Models.Packages.Import must not use Models.Packages",
            found);
        Assert.Contains(
            "Models.Packages.Import.UpstreamConfig uses Models.Families.LayersManifest: Models.Packages.Import must not use Models.Families",
            found);
        Assert.Contains(
            "Models.Packages.Import.SruConstructor uses Models.Families.SruLayerNorm: Models.Packages.Import must not use Models.Families",
            found);
    }

    private static AssemblyDefinition Read() => AssemblyDefinition.ReadAssembly(typeof(RuntimeOptions).Assembly.Location);

    private static List<string> Violations(Dictionary<string, string[]> rows)
    {
        using AssemblyDefinition assembly = Read();
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (TypeDefinition type in assembly.MainModule.Types.Where(type => IsOurs(type, assembly) && rows.ContainsKey(FolderOf(type))))
        {
            string folder = FolderOf(type);
            foreach (TypeReference used in UsedBy(type).SelectMany(Parts).Select(Outer).Where(used => IsOurs(used, assembly)))
            {
                if (FolderOf(used) != folder && FolderOf(used) != Values && !rows[folder].Contains(FolderOf(used)))
                    found.Add($"{folder}.{type.Name} uses {Short(used)}: {folder} must not use {FolderOf(used)}");
            }
        }

        return [.. found];
    }

    /// <summary>The folder below the root; "" for LocalModel.</summary>
    private static string FolderOf(TypeReference type) => type.Namespace != Root ? type.Namespace[(Root.Length + 1)..]
        : type.Name == nameof(LocalModel) ? ""
        : Values;

    private static string Short(TypeReference type) => type.FullName[(Root.Length + 1)..];

    private static bool IsOurs(TypeReference type, AssemblyDefinition assembly) =>
        type.Scope == assembly.MainModule && (type.Namespace == Root || type.Namespace.StartsWith($"{Root}.", StringComparison.Ordinal));

    /// <summary>A nested type, such as a lambda's closure or a state machine, counts as its outermost type.</summary>
    private static TypeReference Outer(TypeReference type) => type.DeclaringType is { } outer ? Outer(outer) : type;

    /// <summary>The types that a reference consists of: an array's element, a generic type and its arguments, and so on.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => Parts(generic.ElementType).Concat(generic.GenericArguments.SelectMany(Parts)),
        IModifierType modified => Parts(modified.ElementType).Concat(Parts(modified.ModifierType)),
        FunctionPointerType pointer => Parts(pointer.ReturnType).Concat(pointer.Parameters.SelectMany(parameter => Parts(parameter.ParameterType))),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };

    private static IEnumerable<TypeReference> UsedBy(TypeDefinition type) =>
    [
        .. type.BaseType is { } ancestor ? [ancestor] : Array.Empty<TypeReference>(),
        .. type.Interfaces.Select(implemented => implemented.InterfaceType),
        .. type.GenericParameters.SelectMany(ConstraintsOf),
        .. AttributesOf(type),
        .. type.Fields.SelectMany(field => AttributesOf(field).Append(field.FieldType)),
        .. type.Properties.SelectMany(AttributesOf),
        .. type.Methods.SelectMany(UsedBy),
        .. type.NestedTypes.SelectMany(UsedBy),
    ];

    private static IEnumerable<TypeReference> UsedBy(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method.GenericParameters.SelectMany(ConstraintsOf),
        .. AttributesOf(method),
        .. method.HasBody
            ? method.Body.Variables.Select(local => local.VariableType)
                .Concat(method.Body.ExceptionHandlers.Select(handler => handler.CatchType))
                .Concat(method.Body.Instructions.SelectMany(UsedBy))
            : [],
    ];

    private static IEnumerable<TypeReference> UsedBy(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method => UsedBy(method),
        CallSite site => [site.ReturnType, .. site.Parameters.Select(parameter => parameter.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference> UsedBy(MethodReference method) =>
    [
        method.DeclaringType,
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method is GenericInstanceMethod generic ? generic.GenericArguments : Enumerable.Empty<TypeReference>(),
    ];

    private static IEnumerable<TypeReference> ConstraintsOf(GenericParameter parameter) =>
        parameter.Constraints.Select(constraint => constraint.ConstraintType);

    private static IEnumerable<TypeReference> AttributesOf(Mono.Cecil.ICustomAttributeProvider provider) =>
        provider.CustomAttributes.Select(attribute => attribute.AttributeType);
}
