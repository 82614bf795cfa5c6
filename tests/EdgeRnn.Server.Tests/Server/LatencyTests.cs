using EdgeRnn.Client;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using LatencyObjective = EdgeRnn.Protocol.V1.LatencyObjective;
using OverloadPolicy = EdgeRnn.Protocol.V1.OverloadPolicy;

namespace EdgeRnn.Server.Tests.Server;

/// <summary>Latency budgets, overload policies and times in results, over the wire.</summary>
public sealed class LatencyTests
{
    private static readonly OpenSession Budget = new() { Model = "first", LatencyBudgetMs = 80, FrameRateHz = 100 };

    [Fact]
    public async Task Opened_WithBudget_HasTheOptionsInForce()
    {
        await using TestServer server = await TestServer.StartAsync();
        SetCost(server, columns => columns * 4e-3);
        using RawStream stream = server.Raw();
        await stream.SendAsync(new StreamInferRequest
        {
            Open = new OpenSession(Budget) { Objective = LatencyObjective.Latency, OverloadPolicy = OverloadPolicy.DropOldest, FrameRateHz = 12.5 },
        });

        SessionOpened opened = (await stream.NextAsync()).Opened;

        Assert.Equal((80u, LatencyObjective.Latency, OverloadPolicy.DropOldest), (opened.LatencyBudgetMs, opened.Objective, opened.OverloadPolicy));
        Assert.Equal((12.5, 10u, 0u), (opened.FrameRateHz, opened.BlockSteps, opened.MaxBlockDelayMs));
    }

    [Fact]
    public async Task Opened_WithoutBudget_HasPolicyAndTheModelsRate()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = server.Raw();
        await stream.SendAsync(new StreamInferRequest { Open = new OpenSession { Model = "first" } });

        SessionOpened opened = (await stream.NextAsync()).Opened;

        Assert.False(opened.HasLatencyBudgetMs);
        Assert.Equal((LatencyObjective.Unspecified, OverloadPolicy.Block, 50), (opened.Objective, opened.OverloadPolicy, opened.FrameRateHz));
    }

    [Fact]
    public async Task Open_BudgetTooShort_IsFailedPreconditionWithTheMinimum()
    {
        RawStream.Rest rest = await RefusedAsync(Budget, _ => 91e-3);

        Assert.Equal(StatusCode.FailedPrecondition, rest.Status.StatusCode);
        Assert.Equal("open.latency_budget_ms: expected at least 182, what this machine can keep, found 80", rest.Status.Detail);
    }

    [Fact]
    public async Task Open_OverCapacity_IsResourceExhausted()
    {
        RawStream.Rest rest = await RefusedAsync(new OpenSession { Model = "first", BlockSteps = 2, FrameRateHz = 60 }, columns => columns * 50e-3);

        Assert.Equal(StatusCode.ResourceExhausted, rest.Status.StatusCode);
        Assert.Equal("capacity: expected sessions that need at most 1.8 workers of 2, found 3 with this one of 60 frames/s", rest.Status.Detail);
    }

    [Fact]
    public async Task Open_OverCapacityInWarnMode_SendsANotice()
    {
        await using TestServer server = await TestServer.StartAsync(options =>
        {
            options.Runtime.Workers = 2;
            options.Runtime.Admission = AdmissionMode.Warn;
        });
        SetCost(server, _ => 10);
        await using InferenceStream stream = await server.Client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();
        await stream.CompleteAsync();
        await foreach (InferenceResult _ in stream.ReadResultsAsync())
            Assert.Fail("no frames, no results");

        Assert.StartsWith("capacity: expected sessions that need at most 1.8 workers of 2", stream.OverCapacity, StringComparison.Ordinal);
    }

    public static TheoryData<OpenSession, string> Wrong => new()
    {
        { new OpenSession(Budget) { LatencyBudgetMs = 0 }, "open.latency_budget_ms: expected 1 to 60000, found 0" },
        { new OpenSession(Budget) { MaxBlockDelayMs = 7 }, "open.max_block_delay_ms: expected none beside latency_budget_ms, found 7" },
        { new OpenSession(Budget) { Objective = (LatencyObjective)9 }, "open.objective: expected a value that the contract names, found 9" },
        { new OpenSession(Budget) { OverloadPolicy = (OverloadPolicy)9 }, "open.overload_policy: expected a value that the contract names, found 9" },
        { new OpenSession(Budget) { FrameRateHz = -1 }, "open.frame_rate_hz: expected above 0, to 1000000, found -1" },
        { new OpenSession(Budget) { ClientName = "pump\u202e3" }, "open.client_name: expected at most 64 visible characters, found 'pump\\u{202E}3'" },
        { new OpenSession(Budget) { ClientName = new string('é', 65) }, "open.client_name: expected at most 64 visible characters, found 'é" },
        { new OpenSession { Model = "first", Objective = LatencyObjective.Latency }, "open.objective: expected none without latency_budget_ms" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Open_WrongOptions_AreInvalidArgument(OpenSession open, string message)
    {
        RawStream.Rest rest = await RefusedAsync(open, _ => 1e-6);

        Assert.Equal(StatusCode.InvalidArgument, rest.Status.StatusCode);
        Assert.Contains(message, rest.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_WithBudget_HaveTheTimesOfEveryStage()
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] frames = SamplePackages.Frames(5, seed: 1);
        using RawStream stream = await server.OpenRawAsync(new OpenSession(Budget) { LatencyBudgetMs = 60_000, BlockSteps = 2 });
        await stream.SendFramesAsync(frames);
        await stream.CompleteAsync();
        RawStream.Rest rest = await stream.ReadToEndAsync();

        Bits.AssertEqual(server.Expected(frames), rest.Outputs);
        Assert.All(rest.Results, result => Assert.Equal(1u, result.PassSessions));
        Assert.All(rest.Results, result => Assert.InRange(result.BudgetMarginNs, 1, 60_000_000_000));
        Assert.Equal([0, 1, 1], rest.Results.Select(result => Math.Sign((double)result.PreviousWriteNs)));
    }

    [Fact]
    public async Task Results_DroppedFrames_AreCountedToTheEnd()
    {
        await using TestServer server = await TestServer.StartAsync();
        var options = new InferenceOptions { Model = "first", BlockSteps = 1, OverloadPolicy = EdgeRnn.Client.OverloadPolicy.Reject };
        await using InferenceStream stream = await server.Client.OpenAsync(options).Soon();
        // One message of 100 frames for three blocks.
        await stream.WriteAsync(SamplePackages.Frames(100, seed: 2)).Soon();
        await stream.CompleteAsync();
        List<InferenceResult> results = [];
        await foreach (InferenceResult result in stream.ReadResultsAsync())
            results.Add(result);

        Assert.NotNull(stream.End);
        Assert.Equal((100, 100), (stream.End.FramesAccepted, stream.End.FramesComputed + stream.End.FramesDropped));
        Assert.True(stream.End.FramesDropped > 0);
        Assert.Equal(results.Count, stream.End.FramesComputed);
        Assert.True(results[^1].FramesDropped <= stream.End.FramesDropped);
    }

    private static async Task<RawStream.Rest> RefusedAsync(OpenSession open, Func<int, double> cost)
    {
        await using TestServer server = await TestServer.StartAsync(options => options.Runtime.Workers = 2);
        SetCost(server, cost);
        using RawStream stream = server.Raw();
        await stream.SendAsync(new StreamInferRequest { Open = open });
        return await stream.ReadToEndAsync();
    }

    /// <summary>Sets the measured cost of a pass, in seconds by columns.</summary>
    private static void SetCost(TestServer server, Func<int, double> cost)
    {
        Assert.True(server.Server.Services.GetRequiredService<ModelRepository>().TryGet("first", out RecurrentModel? model));
        PassDispatcher dispatcher = server.Server.Services.GetRequiredService<PassDispatcher>();
        dispatcher.Add(model, new PassCost(new RuntimeOptions().MaxPassColumns, cost));
    }
}
