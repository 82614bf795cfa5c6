namespace EdgeRnn.Runtime;

/// <summary>The domain's names as values of metric tags.</summary>
internal static class MetricTags
{
    /// <summary>The names of an enumeration's values in their order: ClientCancelled becomes client_cancelled.</summary>
    public static string[] Of<TEnum>() where TEnum : struct, Enum => [.. Enum.GetNames<TEnum>()
        .Select(name => string.Concat(name.Select((c, i) => (char.IsUpper(c) && i > 0 ? "_" : "") + char.ToLowerInvariant(c))))];
}
