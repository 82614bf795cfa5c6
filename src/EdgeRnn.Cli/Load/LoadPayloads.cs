using System.Buffers.Binary;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Load.Http2;
using EdgeRnn.Client;
using EdgeRnn.Protocol;
using EdgeRnn.Protocol.V1;
using Google.Protobuf;

namespace EdgeRnn.Cli.Load;

/// <summary>The messages that streams send over and over, serialized beforehand: nothing is packed while the clock runs.</summary>
internal sealed class LoadPayloads
{
    private const int RandomMessages = 64;
    private const int MaxBytes = 1 << 26;
    private const int Seed = 1;

    private readonly byte[][] _messages;

    private LoadPayloads(IEnumerable<float[]> messages) =>
        _messages =
        [
            .. messages.Select(frames => Pack(new StreamInferRequest { Frames = new Frames { Data = FramePayload.Pack(frames) } })),
        ];

    /// <summary>A stream's nth message. The messages repeat; each stream begins at another one.</summary>
    public byte[] this[int stream, long message] => _messages[(stream + message) % _messages.Length];

    /// <summary>A request as a gRPC message with its prefix.</summary>
    public static byte[] Pack(StreamInferRequest request)
    {
        int length = request.CalculateSize();
        byte[] message = new byte[Http2Stream.PrefixSize + length];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), length);
        request.WriteTo(message.AsSpan(Http2Stream.PrefixSize));
        return message;
    }

    /// <summary>Random frames, the same in every run.</summary>
    public static LoadPayloads Random(int frameSize, int framesPerMessage)
    {
        var random = new Random(Seed);
        return new LoadPayloads(Enumerable.Range(0, RandomMessages)
            .Select(_ => Enumerable.Range(0, frameSize * framesPerMessage).Select(_ => random.NextSingle() * 2 - 1).ToArray()));
    }

    /// <summary>The frames of an input; a last message that is not full is left out.</summary>
    /// <exception cref="CliException">There are too few frames for one message, or too many to keep in memory.</exception>
    public static async Task<LoadPayloads> ReadAsync(
        FrameInput input, string name, ModelDescription model, int framesPerMessage, CancellationToken cancellation)
    {
        List<float> values = [];
        input.RejectsNonFinite = model.RejectsNonFinite;
        await foreach (ReadOnlyMemory<float> batch in input.ReadAsync(model.FrameSize, cancellation))
        {
            values.AddRange(batch.Span);
            if ((long)values.Count * sizeof(float) > MaxBytes)
                throw new CliException($"{name}: expected at most {MaxBytes} bytes of frames, found more");
        }

        int size = model.FrameSize * framesPerMessage;
        if (values.Count < size)
            throw new CliException($"{name}: expected at least {framesPerMessage} frames, found {values.Count / model.FrameSize}");
        return new LoadPayloads(values.Chunk(size).Where(frames => frames.Length == size));
    }
}
