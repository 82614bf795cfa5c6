using EdgeRnn.Client;
using EdgeRnn.Protocol.V1;
using Grpc.Core;

namespace EdgeRnn.Server.Tests.Client;

/// <summary>Servers that do not answer, or answer what cannot be, over a real wire.</summary>
public sealed class LyingServerTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    public static TheoryData<string, StreamInferResponse[], string> Answers => new()
    {
        { "twice", [ScriptedServer.Result(0, 3), ScriptedServer.Result(0, 3), ScriptedServer.End(3)], "result.first_index: expected a multiple of 1 from 3, found 0" },
        { "too few", [ScriptedServer.Result(0, 2), ScriptedServer.End(3)], "expected results for 3 computed frames" },
        { "none", [ScriptedServer.End(3)], "expected results for 3 computed frames" },
        { "too many", [ScriptedServer.Result(0, 4), ScriptedServer.End(4)], "3 frames that were sent, found one to frame 3" },
        { "other counts", [ScriptedServer.Result(0, 3), ScriptedServer.End(7)], "end.frames_accepted: expected 3, the frames that were sent, found 7" },
        { "no end", [ScriptedServer.Result(0, 3)], "end" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task ReadResults_AnswersThatCannotBe_AreDataLoss(string what, StreamInferResponse[] answers, string expected)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async (requests, responses, _) =>
        {
            await ScriptedServer.OpenAsync(requests, responses);
            while (await requests.MoveNext())
            {
            }

            foreach (StreamInferResponse answer in answers)
                await responses.WriteAsync(answer);
        });
        EdgeRnnException failure = await Assert.ThrowsAsync<EdgeRnnException>(() => StreamAsync(server, new InferenceOptions())).Soon();
        Assert.True(failure.Detail.Contains(expected, StringComparison.Ordinal), $"{what}: {failure.Detail}");
        Assert.Equal(StatusCode.DataLoss, failure.StatusCode);
    }

    [Fact]
    public async Task Open_ServerThatDoesNotAnswer_TimesOut()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((_, _, context) => Task.Delay(Timeout.Infinite, context.CancellationToken));
        EdgeRnnException failure = await Assert.ThrowsAsync<EdgeRnnException>(
            () => StreamAsync(server, new InferenceOptions { OpenTimeout = Short })).Soon();
        Assert.Equal((StatusCode.DeadlineExceeded, "the server did not answer the opening within 0.2 s"), (failure.StatusCode, failure.Detail));
    }

    [Fact]
    public async Task ReadResults_ServerThatDoesNotEnd_TimesOut()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async (requests, responses, context) =>
        {
            await ScriptedServer.OpenAsync(requests, responses);
            await responses.WriteAsync(ScriptedServer.Result(0, 3));
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });
        EdgeRnnException failure = await Assert.ThrowsAsync<EdgeRnnException>(
            () => StreamAsync(server, new InferenceOptions { EndTimeout = Short })).Soon();
        Assert.Equal((StatusCode.DeadlineExceeded, "the input was completed, and the server sent nothing for 0.2 s"), (failure.StatusCode, failure.Detail));
    }

    [Fact]
    public async Task ReadResults_CallerThatIsBusyForLong_GetsEveryResult()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async (requests, responses, _) =>
        {
            await ScriptedServer.OpenAsync(requests, responses);
            for (ulong i = 0; i < 3; i++)
                await responses.WriteAsync(ScriptedServer.Result(i, 1));
            while (await requests.MoveNext())
            {
            }

            await responses.WriteAsync(ScriptedServer.End(3));
        });
        int results = await StreamAsync(server, new InferenceOptions { EndTimeout = Short }, () => Task.Delay(3 * Short)).Soon();
        Assert.Equal(3, results);
    }

    private static async Task<int> StreamAsync(ScriptedServer server, InferenceOptions options, Func<Task>? digest = null)
    {
        using var client = new EdgeRnnClient(server.Address);
        await using InferenceStream stream = await client.OpenAsync(options);
        await stream.WriteAsync(new float[3 * ScriptedServer.FrameSize]);
        await stream.CompleteAsync();
        int results = 0;
        await foreach (InferenceResult _ in stream.ReadResultsAsync())
        {
            results++;
            await (digest?.Invoke() ?? Task.CompletedTask);
        }

        return results;
    }
}
