using EdgeRnn.Protocol;
using EdgeRnn.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeRnn.Server.Tests;

/// <summary>A stream at the level of the contract's messages, on which a test can break the contract.</summary>
internal sealed class RawStream(AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call) : IDisposable
{
    public Task SendAsync(StreamInferRequest request) => call.RequestStream.WriteAsync(request).Soon();

    /// <summary>Sends frames, with an index if one is given.</summary>
    public Task SendFramesAsync(ReadOnlySpan<float> frames, ulong? firstIndex = null) =>
        SendDataAsync(FramePayload.Pack(frames), firstIndex);

    public Task SendDataAsync(ByteString data, ulong? firstIndex = null)
    {
        var frames = new Frames { Data = data };
        if (firstIndex is { } index)
            frames.FirstIndex = index;
        return SendAsync(new StreamInferRequest { Frames = frames });
    }

    public Task CompleteAsync() => call.RequestStream.CompleteAsync().Soon();

    public async Task<StreamInferResponse> NextAsync()
    {
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).Soon(), "the stream ended");
        return call.ResponseStream.Current;
    }

    /// <summary>Reads the stream to its end.</summary>
    public async Task<Rest> ReadToEndAsync()
    {
        List<StreamInferResponse> responses = [];
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None).Soon())
            {
                responses.Add(call.ResponseStream.Current);
                if (responses[^1].End is { Reason: EndReason.Shutdown })
                    await CompleteAsync();
            }
        }
        catch (RpcException e)
        {
            return new Rest(responses, e.Status);
        }

        return new Rest(responses, call.GetStatus());
    }

    public void Dispose() => call.Dispose();

    /// <summary>The rest of a stream.</summary>
    internal sealed record Rest(IReadOnlyList<StreamInferResponse> Responses, Status Status)
    {
        public float[] Outputs => [.. Results.SelectMany(result => FramePayload.Unpack(result.Outputs))];

        public IEnumerable<Result> Results => Responses.Where(response => response.Result is not null).Select(response => response.Result);

        public SessionEnded End
        {
            get
            {
                Assert.NotEmpty(Responses);
                Assert.NotNull(Responses[^1].End);
                return Responses[^1].End;
            }
        }

        /// <summary>Asserts the session's end, its status, and that the message of both contains all of these words.</summary>
        public void AssertEnd(EndReason reason, StatusCode status, params string[] words)
        {
            Assert.Equal(status, Status.StatusCode);
            Assert.Equal(reason, End.Reason);
            Assert.All(words, word => Assert.Contains(word, End.Message, StringComparison.Ordinal));
            Assert.All(words, word => Assert.Contains(word, Status.Detail, StringComparison.Ordinal));
        }
    }
}
