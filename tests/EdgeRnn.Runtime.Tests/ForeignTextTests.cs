namespace EdgeRnn.Runtime.Tests;

public sealed class ForeignTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("größe 模型 \U0001F600", "größe 模型 \U0001F600")]
    [InlineData("a\u202Eb", "a\\u{202E}b")]
    [InlineData("a\r\nb\u001B[2J", "a\\u{000D}\\u{000A}b\\u{001B}[2J")]
    [InlineData("\u2028\u2029\u200B\uE000\U000E0041", "\\u{2028}\\u{2029}\\u{200B}\\u{E000}\\u{E0041}")]
    public void Show_ShortText_ReplacesWhatCannotBeSeen(string text, string shown) => Assert.Equal(shown, ForeignText.Show(text));

    [Fact]
    public void Show_LongText_IsCutWithItsLength()
    {
        Assert.Equal(new string('x', 64), ForeignText.Show(new string('x', 64)));
        Assert.Equal(new string('x', 64) + "… (65 characters)", ForeignText.Show(new string('x', 65)));
        Assert.Equal(new string('x', 7) + "… (8 characters)", ForeignText.Show(new string('x', 8), maxLength: 7));
    }

    [Fact]
    public void Show_CutAtASurrogatePair_KeepsItWhole()
    {
        string shown = ForeignText.Show(new string('x', 63) + "\U0001F600y");
        Assert.Equal(new string('x', 63) + "\U0001F600… (66 characters)", shown);
    }
}
