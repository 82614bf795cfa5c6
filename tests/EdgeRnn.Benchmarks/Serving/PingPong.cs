using System.Diagnostics;
using EdgeRnn.Cli.Load;
using EdgeRnn.Cli.Load.Http2;
using EdgeRnn.Protocol;
using EdgeRnn.Protocol.V1;

namespace EdgeRnn.Benchmarks.Serving;

/// <summary>One stream with blocks of one frame: sends a frame when the one before is answered.</summary>
internal sealed class PingPong : StreamPeer
{
    private readonly TaskCompletionSource<double[]> _times = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly double[] _samples;
    private readonly byte[] _frame;
    private readonly Http2Connection _connection;
    private byte[]? _next;
    private Http2Stream? _stream;
    private long _sentAt;
    private int _answers = -1;

    private PingPong(Http2Connection connection, string model, int frameSize, int frames)
    {
        _connection = connection;
        _samples = new double[frames];
        _frame = LoadPayloads.Pack(new StreamInferRequest { Frames = new Frames { Data = FramePayload.Pack(new float[frameSize]) } });
        _next = LoadPayloads.Pack(new StreamInferRequest { Open = new OpenSession { Model = model, BlockSteps = 1 } });
    }

    /// <summary>The round trips in microseconds.</summary>
    public static async Task<double[]> RunAsync(Uri server, string model, int frameSize, int frames)
    {
        using Http2Connection connection = await Http2Connection.ConnectAsync(server, LoadStream.Path, CancellationToken.None);
        var peer = new PingPong(connection, model, frameSize, frames);
        // The first answer may come before the stream is stored.
        lock (peer._samples)
            peer._stream = connection.Open(peer);
        return await peer._times.Task;
    }

    public override bool IsComplete => _answers == _samples.Length;

    public override bool TryTakeNext(out ReadOnlyMemory<byte> message)
    {
        (message, bool has) = (_next, _next is not null);
        _next = null;
        return has;
    }

    public override void OnMessage(ReadOnlySpan<byte> message)
    {
        long now = Stopwatch.GetTimestamp();
        if (IsComplete)
            return;
        if (_answers >= 0)
            _samples[_answers] = Stopwatch.GetElapsedTime(_sentAt, now).TotalMicroseconds;
        _answers++;
        if (!IsComplete)
            _next = _frame;
        _sentAt = Stopwatch.GetTimestamp();
        lock (_samples)
            _connection.Send(_stream!);
        _connection.Flush();
    }

    public override void OnEnd(string? failure)
    {
        if (failure is null)
            _times.TrySetResult(_samples);
        else
            _times.TrySetException(new InvalidOperationException(failure));
    }
}
