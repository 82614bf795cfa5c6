using System.Text.Json;
using EdgeRnn.Server.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRnn.Server.Tests.Logging;

public sealed class LineFormatterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Write_TextFromOutside_CannotActOnATerminalOrForgeALine() => Assert.Equal(
        "warn: Some.Category[7] red \\u{001B}[31m\\u{000D}\\u{000A}fail: forged \\u{202E}\n",
        Write(new LineFormatter(isJson: false, _time), LogLevel.Warning, "red \u001b[31m\r\nfail: forged \u202e"));

    [Fact]
    public void Write_WithAnException_IsOneLine()
    {
        string line = Write(new LineFormatter(isJson: false, _time), LogLevel.Error, "failed", new InvalidOperationException("a\nb"));
        Assert.StartsWith("fail: Some.Category[7] failed System.InvalidOperationException: a b", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(c => c == '\n'));
    }

    [Fact]
    public void Write_AsJson_IsAnObjectPerLine()
    {
        string line = Write(new LineFormatter(isJson: true, _time), LogLevel.Information, "text \u001b\n");
        JsonElement json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(1, line.Count(c => c == '\n'));
        Assert.DoesNotContain('\u001b', line);
        Assert.Equal(("Information", 7, "text \u001b\n"),
            (json.GetProperty("LogLevel").GetString(), json.GetProperty("EventId").GetInt32(), json.GetProperty("Message").GetString()));
    }

    [Fact]
    public void Write_TheSameEventOverAndOver_IsLimitedAndCounted()
    {
        var formatter = new LineFormatter(isJson: false, _time);
        List<string> lines = [.. Enumerable.Range(0, 1000).Select(_ => Write(formatter, LogLevel.Warning, "again"))];
        Assert.Equal(RepeatLimit.Burst, lines.Count(line => line.Length > 0));
        Assert.NotEqual("", Write(formatter, LogLevel.Warning, "another event", id: 8));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("warn: Some.Category[7] again (970 more of these were left out)\n", Write(formatter, LogLevel.Warning, "again"));
        Assert.Equal("", Write(formatter, LogLevel.Warning, "again"));
    }

    private static string Write(LineFormatter formatter, LogLevel level, string message, Exception? exception = null, int id = 7)
    {
        using var writer = new StringWriter();
        var entry = new LogEntry<string>(level, "Some.Category", id, message, exception, static (text, _) => text);
        formatter.Write(entry, scopeProvider: null, writer);
        return writer.ToString();
    }
}
