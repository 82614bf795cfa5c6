namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>Shows the names of tensors in a message.</summary>
internal static class TensorNames
{
    private const int Shown = 12;

    /// <summary>The first names, and how many there are in all; "none" if there are none.</summary>
    public static string Listing(IEnumerable<TensorInfo> tensors)
    {
        List<string> names = [.. tensors.Select(tensor => ForeignText.Show(tensor.Name, maxLength: 200))];
        string first = string.Join(", ", names.Take(Shown));
        return names.Count == 0 ? "none" : names.Count > Shown ? $"{first}, … ({names.Count} in all)" : first;
    }
}
