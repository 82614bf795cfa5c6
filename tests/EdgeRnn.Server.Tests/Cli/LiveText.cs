using System.Text;
using System.Threading.Channels;

namespace EdgeRnn.Server.Tests.Cli;

/// <summary>A reader whose text arrives in pieces, as from a pipe.</summary>
internal sealed class StepwiseReader : TextReader
{
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();

    public void Give(string piece) => _pieces.Writer.TryWrite(piece);

    public void End() => _pieces.Writer.Complete();

    public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
    {
        if (!await _pieces.Reader.WaitToReadAsync(cancellationToken) || !_pieces.Reader.TryRead(out string? piece))
            return 0;
        Assert.True(piece.Length <= buffer.Length, "expected a piece that fits the reader's buffer");
        piece.CopyTo(buffer.Span);
        return piece.Length;
    }
}

/// <summary>A writer whose text a test can wait for.</summary>
internal sealed class WaitingWriter : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (_gate)
            _text.Append(value);
    }

    public Task ContainsAsync(string expected) => Waiting.UntilAsync(() => ToString().Contains(expected, StringComparison.Ordinal));

    public override string ToString()
    {
        lock (_gate)
            return _text.ToString();
    }
}
