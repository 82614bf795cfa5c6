using System.Globalization;
using System.Text;

namespace EdgeRnn.Runtime;

/// <summary>
/// Makes text from outside (a client, a server, a file) fit for a message, a log line or a terminal: short, and without characters that
/// act on a terminal.
/// </summary>
internal static class ForeignText
{
    /// <summary>Characters that are shown of a name.</summary>
    public const int MaxLength = 64;

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

    /// <summary>The whole text, with invisible characters as <see cref="Show"/> has them.</summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.EnumerateRunes().All(IsVisible) ? text : Show(text, text.Length);
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
