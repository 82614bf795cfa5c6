using System.Globalization;
using System.Text;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>Makes text that a client chose fit for a message or a log line: short, and without characters that act on a terminal.</summary>
internal static class ClientText
{
    /// <summary>Characters that are shown of a name.</summary>
    public const int MaxLength = 64;

    private const int MaxNames = 16;

    /// <summary>
    /// The text, with invisible characters as <c>\u{202E}</c>; longer text is cut and ends with an ellipsis and its length.
    /// </summary>
    public static string Show(string text, int maxLength = MaxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes().Take(maxLength))
        {
            if (IsVisible(rune))
                shown.Append(rune);
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X4}}}");
        }

        if (text.EnumerateRunes().Skip(maxLength).Any())
            shown.Append(CultureInfo.InvariantCulture, $"… ({text.Length} characters)");
        return shown.ToString();
    }

    /// <summary>A name that no model has.</summary>
    public static Violation UnknownModel(IReadOnlyCollection<RecurrentModel> known, string found)
    {
        string names = string.Join(", ", known.Take(MaxNames).Select(model => model.Name));
        string more = known.Count > MaxNames ? $", … ({known.Count} models)" : "";
        return new Violation(RequestField.Model, $"one of {names}{more}", $"'{Show(found)}'");
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
