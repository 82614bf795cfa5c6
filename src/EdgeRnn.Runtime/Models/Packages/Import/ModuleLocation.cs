using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>
/// Where the recurrent module lies in a state dict. Wrappers and larger models put a prefix before its tensors (module., _orig_mod.,
/// encoder.rnn.), and a layer saved alone, or from a list, lacks the name of the list.
/// </summary>
/// <param name="Prefix">Begins the names of the module's tensors; may be empty.</param>
/// <param name="Saved">The beginning of the first layer's names after the prefix, as saved: "layers.0.", "0." or empty.</param>
internal sealed record ModuleLocation(string Prefix, string Saved)
{
    private const string FirstLayer = "layers.0.";

    /// <summary>Whether the names differ from those of a package.</summary>
    public bool IsRenamed => Saved != FirstLayer;

    /// <param name="file">The state dict.</param>
    /// <param name="layers">The layers as the configuration describes them.</param>
    /// <param name="prefix">The prefix if it is known, else null.</param>
    /// <exception cref="ModelException">There are several such modules.</exception>
    public static ModuleLocation Find(SafetensorsFile file, LayersManifest layers, string? prefix)
    {
        string first = layers.FirstTensor;
        string[] forms = first.StartsWith(FirstLayer, StringComparison.Ordinal)
            ? [first, $"0.{first[FirstLayer.Length..]}", first[FirstLayer.Length..]]
            : [first];
        foreach (string form in forms)
        {
            List<string> prefixes =
            [
                .. file.Tensors.Select(tensor => tensor.Name)
                    .Where(name => name.EndsWith(form, StringComparison.Ordinal)).Select(name => name[..^form.Length])
                    .Where(start => prefix is null ? start.Length == 0 || start.EndsWith('.') : start == Normalized(prefix)),
            ];
            if (prefixes.Count > 1)
            {
                throw new ModelException(
                    $"{file.Name}: expected one module with a tensor {form}, found one below each of "
                    + $"{string.Join(", ", prefixes.Select(found => $"'{ForeignText.Show(found)}'"))}: choose with --prefix");
            }

            if (prefixes.Count == 1)
                return new ModuleLocation(prefixes[0], form == first ? FirstLayer : form[..^(first.Length - FirstLayer.Length)]);
        }

        // The loader names the missing tensor.
        return new ModuleLocation(prefix is null ? "" : Normalized(prefix), FirstLayer);
    }

    /// <summary>The name that a tensor has in a package.</summary>
    public string Rename(string name)
    {
        if (!IsRenamed || !name.StartsWith(Prefix, StringComparison.Ordinal))
            return name;
        string rest = name[Prefix.Length..];
        // A list: "1.x" is layer 1. A single layer: everything in it belongs to layer 0.
        bool isInLayer = Saved.Length == 0 || (rest.Length > 0 && char.IsAsciiDigit(rest[0]));
        return !isInLayer ? name : Saved.Length == 0 ? $"{Prefix}{FirstLayer}{rest}" : $"{Prefix}layers.{rest}";
    }

    /// <summary>Whether a tensor is the recurrent module's own.</summary>
    public bool Owns(string name, LayersManifest layers) => layers.TensorModules.Any(
        module => Rename(name).StartsWith(Prefix + module, StringComparison.Ordinal));

    private static string Normalized(string prefix) => prefix.Length == 0 || prefix.EndsWith('.') ? prefix : $"{prefix}.";
}
