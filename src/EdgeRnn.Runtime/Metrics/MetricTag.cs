using System.Runtime.CompilerServices;

namespace EdgeRnn.Runtime.Metrics;

/// <summary>The values of an enumeration as values of metric tags: ClientCancelled becomes client_cancelled.</summary>
/// <typeparam name="TEnum">Its values are 0, 1, 2, …, of type <see cref="int"/>.</typeparam>
internal static class MetricTag<TEnum>
    where TEnum : struct, Enum
{
    private static readonly string[] Names = [.. Enum.GetNames<TEnum>().Select(SnakeCase)];

    /// <summary>The tags of all values.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The value's tag. Allocates nothing, in code that is not optimized either.</summary>
    public static string Of(TEnum value) => Names[Unsafe.BitCast<TEnum, int>(value)];

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => (char.IsUpper(c) && i > 0 ? "_" : "") + char.ToLowerInvariant(c)));
}
