using System.Reflection;

namespace EdgeRnn.Standins.Tests;

/// <summary>Lists what code outside an assembly can bind to: one line for each type and for each of its own members.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Of(Assembly assembly) =>
        [.. assembly.GetTypes().Where(IsVisible).SelectMany(Lines).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Lines(Type type) =>
        type.GetMembers(Declared).Where(IsVisible).Select(member => $"{type}.{Describe(member)}").Prepend($"{type}: {KindOf(type)}");

    private static string Describe(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } constant => $"{constant.Name} = {constant.GetRawConstantValue()}",
        FieldInfo { IsStatic: true } or MethodInfo { IsStatic: true } => $"static {member}",
        _ => member.ToString()!,
    };

    private static string KindOf(Type type) =>
        type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : "class";

    private static bool IsVisible(Type type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!));

    private static bool IsVisible(MemberInfo member) => member switch
    {
        // An override is the member that it overrides; an enum's value__ and properties and events are seen by their other parts.
        MethodInfo method => method.GetBaseDefinition() == method && IsVisible(method.Attributes),
        ConstructorInfo constructor => IsVisible(constructor.Attributes),
        FieldInfo { IsSpecialName: false } field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => false,
    };

    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask)
            is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;
}
