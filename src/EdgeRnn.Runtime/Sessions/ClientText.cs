using System.Globalization;
using System.Text;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>Makes text that a client chose fit for a message or a log line: short, and nothing in it acts on a terminal.</summary>
internal static class ClientText
{
    /// <summary>The most characters that are shown of a name.</summary>
    public const int Longest = 64;

    private const int MaxNames = 16;

    /// <summary>
    /// The text, with characters that cannot be seen as <c>\u{202E}</c>; what is longer is cut and ends with an ellipsis and its length.
    /// </summary>
    public static string Show(string text, int longest = Longest)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes().Take(longest))
        {
            if (IsVisible(rune))
                shown.Append(rune);
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X4}}}");
        }

        if (text.EnumerateRunes().Skip(longest).Any())
            shown.Append(CultureInfo.InvariantCulture, $"… ({text.Length} characters)");
        return shown.ToString();
    }

    /// <summary>The message for a field that names no model there is.</summary>
    public static string UnknownModel(string field, IReadOnlyCollection<RecurrentModel> known, string found)
    {
        ArgumentNullException.ThrowIfNull(known);
        string names = string.Join(", ", known.Take(MaxNames).Select(model => model.Name));
        string more = known.Count > MaxNames ? $", … ({known.Count} models)" : "";
        return $"{field}: expected one of {names}{more}, found '{Show(found)}'";
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
