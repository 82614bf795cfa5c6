using EdgeRnn.Client;
using Grpc.Core;

namespace EdgeRnn.Server.Tests.Client;

public sealed class InferenceStreamTests
{
    [Fact]
    public async Task ReadResultsAsync_WhileWriting_YieldsEveryOutputInOrder()
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] frames = SamplePackages.Frames(9001, seed: 1);
        var options = new InferenceOptions { Model = "first", BlockSteps = 33, MaxBlockDelay = TimeSpan.FromMinutes(1) };
        await using InferenceStream stream = await server.Client.OpenAsync(options).Soon();

        var writing = Task.Run(async () =>
        {
            foreach (float[] piece in frames.Chunk(3000 * SamplePackages.Inputs))
                await stream.WriteAsync(piece, clientTimestamp: 5).Soon();
            await stream.CompleteAsync().Soon();
        });
        List<InferenceResult> results = await ReadAsync(stream);
        await writing.Soon();

        Bits.AssertEqual(server.Expected(frames), Outputs(results));
        Assert.Equal(results.Select((_, block) => block * 33L), results.Select(result => result.FirstIndex));
        Assert.All(results, result => Assert.Equal(5, result.ClientTimestamp));
        Assert.Equal(BlockReason.Full, results[0].Reason);
        Assert.Equal(new SessionSummary { Reason = EndReason.EndOfInput, FramesAccepted = 9001, FramesComputed = 9001 }, stream.End);
    }

    [Fact]
    public async Task OpenAsync_WithOptions_StreamHasThem()
    {
        await using TestServer server = await TestServer.StartAsync();
        var delay = TimeSpan.FromMilliseconds(250);
        var options = new InferenceOptions { Model = "second", BlockSteps = 7, MaxBlockDelay = delay, OutputEvery = 9 };

        await using InferenceStream stream = await server.Client.OpenAsync(options).Soon();

        Assert.Equal((7, delay, 9), (stream.BlockSteps, stream.MaxBlockDelay, stream.OutputEvery));
        Assert.Equal(TimeSpan.FromMinutes(5), stream.IdleTimeout);
        Assert.Equal(("second", 7, 13), (stream.Model.Name, stream.Model.FrameSize, stream.Model.OutputSize));
        Assert.NotEmpty(stream.SessionId);
    }

    [Fact]
    public async Task FlushAndReset_BetweenFrames_TakeEffectInOrder()
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] frames = SamplePackages.Frames(4, seed: 1);
        await using InferenceStream stream = await server.Client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();
        await stream.WriteAsync(frames).Soon();
        await stream.FlushAsync().Soon();
        await stream.WriteAsync(frames).Soon();
        await stream.ResetAsync().Soon();
        await stream.WriteAsync(frames).Soon();
        await stream.CompleteAsync().Soon();
        await stream.CompleteAsync().Soon();

        List<InferenceResult> results = await ReadAsync(stream);

        float[] twice = server.Expected([.. frames, .. frames]);
        Bits.AssertEqual([.. twice, .. server.Expected(frames)], Outputs(results));
        Assert.Equal([BlockReason.Flush, BlockReason.Reset, BlockReason.End], results.Select(result => result.Reason));
    }

    [Fact]
    public async Task OpenAsync_UnknownModel_ThrowsNotFound()
    {
        await using TestServer server = await TestServer.StartAsync();

        EdgeRnnException failure = await Assert.ThrowsAsync<EdgeRnnException>(
            () => server.Client.OpenAsync(new InferenceOptions { Model = "third" }).Soon());

        Assert.Equal((StatusCode.NotFound, null), (failure.StatusCode, failure.EndReason));
        Assert.Contains("expected one of first, second", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadResultsAsync_InvalidInput_ThrowsAfterTheLastResult()
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] frames = SamplePackages.Frames(3, seed: 1), bad = [0, 0, 0, float.NaN, 0, 0, 0];
        await using InferenceStream stream = await server.Client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();
        await stream.WriteAsync(frames).Soon();
        await stream.WriteAsync(bad).Soon();

        List<InferenceResult> results = [];
        EdgeRnnException failure = await Assert.ThrowsAsync<EdgeRnnException>(() => ReadAsync(stream, results));

        Assert.Equal((StatusCode.InvalidArgument, EndReason.InvalidInput), (failure.StatusCode, failure.EndReason));
        Bits.AssertEqual(server.Expected(frames), Outputs(results));
        await Assert.ThrowsAsync<EdgeRnnException>(() => stream.WriteAsync(frames).Soon());
    }

    [Fact]
    public async Task WriteAsync_PartOfAFrame_Throws()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using InferenceStream stream = await server.Client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();

        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => stream.WriteAsync(new float[8]));

        Assert.Contains("multiple of 7 values", failure.Message, StringComparison.Ordinal);
        Assert.Contains("found 8", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_AfterComplete_Throws()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using InferenceStream stream = await server.Client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();
        await stream.CompleteAsync().Soon();

        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.WriteAsync(new float[7]).Soon());
    }

    [Fact]
    public async Task ReadResultsAsync_Twice_Throws()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using InferenceStream stream = await server.Client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();
        await stream.CompleteAsync().Soon();
        await ReadAsync(stream);

        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(stream));
    }

    [Fact]
    public async Task ReadResultsAsync_TokenCancelled_ThrowsOperationCanceled()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using InferenceStream stream = await server.Client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();
        using var canceling = new CancellationTokenSource();
        await using IAsyncEnumerator<InferenceResult> results =
            stream.ReadResultsAsync(canceling.Token).GetAsyncEnumerator(CancellationToken.None);
        Task<bool> reading = results.MoveNextAsync().AsTask();

        await canceling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Soon());
    }

    [Fact]
    public async Task DisposeAsync_WhileOpen_EndsTheSession()
    {
        await using TestServer server = await TestServer.StartAsync();
        InferenceStream stream = await server.Client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();
        Assert.Equal(1, server.Sessions.ActiveSessions);

        await stream.DisposeAsync();

        await Waiting.UntilAsync(() => server.Sessions.ActiveSessions == 0);
    }

    private static float[] Outputs(IEnumerable<InferenceResult> results) => [.. results.SelectMany(result => result.Outputs.ToArray())];

    private static async Task<List<InferenceResult>> ReadAsync(InferenceStream stream, List<InferenceResult>? results = null)
    {
        results ??= [];
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (InferenceResult result in stream.ReadResultsAsync(bound.Token))
            results.Add(result);
        return results;
    }
}
