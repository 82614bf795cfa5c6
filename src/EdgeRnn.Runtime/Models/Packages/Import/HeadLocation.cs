using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>The names of the output layer's tensors in a state dict.</summary>
/// <param name="Weight">The tensor [outputs, hidden size].</param>
/// <param name="Bias">The tensor [outputs]; null if there is none.</param>
internal sealed record HeadLocation(string Weight, string? Bias)
{
    private const string DefaultPrefix = "head.";

    /// <summary>
    /// head.weight if there is one; else the one matrix whose name ends with "weight" and that has a column for each unit of the last layer.
    /// </summary>
    /// <param name="file">The state dict.</param>
    /// <param name="hiddenSize">Units of the last layer.</param>
    /// <param name="prefix">The beginning of the names, if it is known; else null.</param>
    /// <param name="isOther">Whether a tensor belongs to something else.</param>
    /// <exception cref="ModelException">There are several such matrices.</exception>
    public static HeadLocation Find(SafetensorsFile file, int hiddenSize, string? prefix, Func<string, bool> isOther)
    {
        string known = prefix is null || prefix.EndsWith('.') || prefix.Length == 0 ? prefix ?? DefaultPrefix : $"{prefix}.";
        if (prefix is not null || file.Contains($"{known}weight"))
            return At(file, known);

        List<string> found =
        [
            .. file.Tensors.Where(tensor => tensor.Shape is [_, var columns] && columns == hiddenSize
                && (tensor.Name == "weight" || tensor.Name.EndsWith(".weight", StringComparison.Ordinal)) && !isOther(tensor.Name))
                .Select(tensor => tensor.Name[..^"weight".Length]),
        ];
        return found.Count <= 1 ? At(file, found.Count == 1 ? found[0] : DefaultPrefix) : throw new ModelException(
            $"{file.Name}: expected one output layer of {hiddenSize} inputs, found "
            + $"{string.Join(", ", found.Select(name => $"'{ForeignText.Show(name)}weight'"))}: choose with --head-prefix");
    }

    private static HeadLocation At(SafetensorsFile file, string prefix) =>
        new($"{prefix}weight", file.Contains($"{prefix}bias") ? $"{prefix}bias" : null);
}
