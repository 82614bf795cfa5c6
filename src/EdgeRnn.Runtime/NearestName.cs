namespace EdgeRnn.Runtime;

/// <summary>Finds the known name that was probably meant by an unknown one.</summary>
internal static class NearestName
{
    private const int MaxLength = 100;

    /// <summary>
    /// <c>; did you mean 'classes'?</c> if a known name is near the unknown one, else an empty string. Near means a Levenshtein distance of
    /// less than a third of the longer name, without regard to case, <c>_</c>, <c>-</c> and <c>.</c>; the first of the nearest is named.
    /// </summary>
    public static string Hint(string unknown, IEnumerable<string> known) =>
        Of(unknown, known) is { } name ? $"; did you mean '{ForeignText.Show(name)}'?" : "";

    /// <inheritdoc cref="Hint"/>
    /// <returns>The nearest known name, or null if none is near.</returns>
    public static string? Of(string unknown, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(unknown);
        ArgumentNullException.ThrowIfNull(known);
        string wanted = Fold(unknown);
        string? nearest = null;
        int least = int.MaxValue;
        foreach (string name in known)
        {
            string candidate = Fold(name);
            int longer = Math.Max(wanted.Length, candidate.Length);
            if (longer > MaxLength)
            {
                continue;
            }

            int distance = Distance(wanted, candidate);
            if (distance < least && distance * 3 < longer)
            {
                nearest = name;
                least = distance;
            }
        }

        return nearest;
    }

    private static string Fold(string name) =>
        name.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal)
            .Replace(".", "", StringComparison.Ordinal);

    // Levenshtein's distance with one row of the matrix: row[j] is the distance between the first i characters of a and the first j of b.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
