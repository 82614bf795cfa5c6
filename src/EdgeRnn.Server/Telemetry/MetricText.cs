using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeRnn.Server.Telemetry;

/// <summary>UTF-8 text with Prometheus's escapes and numbers, in a buffer that is reused by the next scrape.</summary>
internal sealed class MetricText
{
    private const int MaxNumberLength = 32;
    private static readonly SearchValues<char> Special = SearchValues.Create("\\\n\"");

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Clear() => _buffer.ResetWrittenCount();

    public void Append(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, _buffer);

    public void Append(ReadOnlySpan<byte> utf8) => _buffer.Write(utf8);

    public void Append(char ascii)
    {
        _buffer.GetSpan(1)[0] = (byte)ascii;
        _buffer.Advance(1);
    }

    public void Append(long value)
    {
        value.TryFormat(_buffer.GetSpan(MaxNumberLength), out int written, provider: CultureInfo.InvariantCulture);
        _buffer.Advance(written);
    }

    public void Append(double value)
    {
        if (double.IsNaN(value))
        {
            Append("NaN");
        }
        else if (double.IsInfinity(value))
        {
            Append(value > 0 ? "+Inf" : "-Inf");
        }
        else
        {
            value.TryFormat(_buffer.GetSpan(MaxNumberLength), out int written, provider: CultureInfo.InvariantCulture);
            _buffer.Advance(written);
        }
    }

    /// <summary>Escapes backslashes and line feeds.</summary>
    /// <param name="quotes">Whether to escape quotes too.</param>
    public void AppendEscaped(ReadOnlySpan<char> text, bool quotes)
    {
        while (text.IndexOfAny(Special) is >= 0 and var next)
        {
            Append(text[..next]);
            if (text[next] != '"' || quotes)
                Append('\\');
            Append(text[next] == '\n' ? 'n' : text[next]);
            text = text[(next + 1)..];
        }

        Append(text);
    }
}
