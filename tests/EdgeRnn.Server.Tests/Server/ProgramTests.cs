using System.Net;
using System.Net.Sockets;
using EdgeRnn.Client;
using EdgeRnn.Kernels;
using Grpc.Core;

namespace EdgeRnn.Server.Tests.Server;

/// <summary><c>edgernn serve</c> as a process: arguments, environment, exit codes, signals.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Sigterm_WhileStreaming_AnswersWhatWasAcceptedAndExitsWithZero()
    {
        using SamplePackages package = new SamplePackages().Add("first");
        using var process = ServerProcess.Start(["--models", package.Models, "--grpc-port", "0", "--http-port", "0"]);
        (Uri? grpc, Uri? http) = await process.ListeningAsync();
        Assert.NotEqual(grpc.Port, http.Port);
        using var client = new EdgeRnnClient(grpc);
        await using InferenceStream stream = await client.OpenAsync(
            new InferenceOptions { BlockSteps = 4, MaxBlockDelay = TimeSpan.FromMinutes(1) }).Soon();
        float[] frames = SamplePackages.Frames(6, seed: 1);
        await stream.WriteAsync(frames).Soon();
        await using IAsyncEnumerator<InferenceResult> results = stream.ReadResultsAsync().GetAsyncEnumerator();
        Assert.True(await results.MoveNextAsync().AsTask().Soon());
        List<float> outputs = [.. results.Current.Outputs.Span];

        process.Terminate();
        EdgeRnnException failure = await Assert.ThrowsAsync<EdgeRnnException>(async () =>
        {
            while (await results.MoveNextAsync().AsTask().Soon())
                outputs.AddRange(results.Current.Outputs.Span);
        });
        (int exitCode, string? output, string? errors) = await process.ExitAsync();

        Assert.Equal((StatusCode.Unavailable, EndReason.Shutdown), (failure.StatusCode, failure.EndReason));
        Assert.True(stream.IsDraining);
        Assert.Equal(stream.End!.FramesAccepted, stream.End.FramesComputed);
        Assert.Equal(stream.End.FramesAccepted * SamplePackages.Units, outputs.Count);
        Assert.Equal((0, ""), (exitCode, output));
        Assert.DoesNotContain("xception", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sigterm_ClientThatStopsReading_ExitsWithZero()
    {
        using SamplePackages package = new SamplePackages().Add("first");
        using var process = ServerProcess.Start(
            ["--models", package.Models, "--grpc-port", "0", "--http-port", "0"], ("EDGERNN__RUNTIME__DRAINTIMEOUT", "00:00:01"));
        (Uri? grpc, Uri _) = await process.ListeningAsync();
        using var client = new EdgeRnnClient(grpc);
        await using InferenceStream stream = await client.OpenAsync(new InferenceOptions { BlockSteps = 128 }).Soon();
        Task writing = stream.WriteAsync(SamplePackages.Frames(150_000, seed: 1));

        process.Terminate();

        Assert.Equal(0, (await process.ExitAsync()).ExitCode);
        // The write may fail or succeed; it must not hang.
        await Record.ExceptionAsync(() => writing.Soon());
        Assert.True(writing.IsCompleted);
    }

    [Fact]
    public async Task Sighup_ADrain_ExitsWithZero()
    {
        using var process = ServerProcess.Start(["--grpc-port", "0", "--http-port", "0"]);
        await process.ListeningAsync();
        process.Signal("HUP");
        (int exitCode, string _, string errors) = await process.ExitAsync();
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("xception", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sigterm_WithAShutdownDelay_GoesOnWhileReadinessSaysNo()
    {
        using var process = ServerProcess.Start(["--grpc-port", "0", "--http-port", "0"], ("EDGERNN__SHUTDOWNDELAY", "00:00:05"));
        (Uri grpc, Uri http) = await process.ListeningAsync();
        using var client = new EdgeRnnClient(grpc);
        using var pages = new HttpClient { BaseAddress = http };

        process.Terminate();

        string ready;
        do
        {
            using HttpResponseMessage answer = await pages.GetAsync("/health/ready").Soon();
            ready = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }
        while (ready == "200 Healthy");
        await using InferenceStream stream = await client.OpenAsync(new InferenceOptions()).Soon();
        Assert.Equal("503 Unhealthy: stopping: the drain follows", ready);
        Assert.Equal(0, (await process.ExitAsync()).ExitCode);
    }

    [Theory]
    [InlineData(2, "EDGERNN_GRPCPORT is not read; did you mean 'EDGERNN__GRPCPORT'?", "EDGERNN_GRPCPORT", "9")]
    [InlineData(2, "EDGERN__MODELS is not read; did you mean 'EDGERNN__MODELS'?", "EDGERN__MODELS", "x")]
    [InlineData(2, "Logging:LogLevel:Default must be one of Trace, Debug", "Logging__LogLevel__Default", "Loud")]
    [InlineData(1, "/nowhere: expected a folder of model packages, found none", "EDGERNN__MODELS", "/nowhere")]
    public async Task Environment_ThatCannotBeHonored_IsOneSentence(int exitCode, string message, string name, string value)
    {
        using var process = ServerProcess.Start(["--grpc-port", "0", "--http-port", "0"], (name, value));
        (int found, string _, string errors) = await process.ExitAsync();
        Assert.Equal(exitCode, found);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTLP: OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL such as http://collector:4317, found 'collector:4317'", "OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: expected grpc or http/protobuf, found 'http/json'", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json")]
    [InlineData("OTEL_METRICS_EXPORTER: expected otlp, prometheus, console, none, found 'oltp'", "OTEL_METRICS_EXPORTER", "oltp")]
    [InlineData("begin with our name and are no options: EDGERNN_SRC", "EDGERNN_SRC", "x")]
    [InlineData("NOTIFY_SOCKET is not the name of a socket", "NOTIFY_SOCKET",
        "/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task Environment_ThatIsPartlyHonored_IsAWarning(string message, string name, string value)
    {
        using var process = ServerProcess.Start(["--grpc-port", "0", "--http-port", "0"], (name, value));
        await process.ListeningAsync();
        process.Terminate();
        (int exitCode, string _, string errors) = await process.ExitAsync();
        Assert.Equal(0, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Otlp_CollectorThatIsAway_IsAWarningWithItsReason()
    {
        using var process = ServerProcess.Start(["--grpc-port", "0", "--http-port", "0"],
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"), ("OTEL_METRIC_EXPORT_INTERVAL", "100"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "300"));
        await process.ListeningAsync();
        await process.ErrorAsync(text => text.Contains("OTLP: the export to http://127.0.0.1:9 fails: ", StringComparison.Ordinal));
        process.Terminate();
        (int exitCode, string _, string errors) = await process.ExitAsync();
        Assert.Equal(0, exitCode);
        Assert.Equal(2, errors.Split("OTLP: the export to").Length);
    }

    [Theory]
    [InlineData("--nope")]
    [InlineData("--grpc-port", "eighty")]
    [InlineData("--grpc-port", "-1")]
    [InlineData("--listen")]
    [InlineData("extra")]
    public async Task Arguments_Unknown_ExitsWithTwo(params string[] args)
    {
        using var process = ServerProcess.Start(args);

        (int exitCode, string? output, string? errors) = await process.ExitAsync();

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(args[^1], errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_SeveralWrong_ExitsWithTwoAndListsAll()
    {
        using var process = ServerProcess.Start(
            ["--grpc-port", "99999", "--http-port", "-1", "--listen", "foo"], ("EDGERNN__RUNTIME__WORKERS", "-4"));

        (int exitCode, string? output, string? errors) = await process.ExitAsync();

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Equal(
            [
                "--grpc-port: expected a whole number from 0 to 65535, found '99999'",
                "--http-port: expected a whole number from 0 to 65535, found '-1'",
                "Listen must be an IP address or *, found 'foo'",
                "Runtime:Workers must be from 0 to 1024, found -4",
                "Try --help.",
            ],
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Help_Asked_ListsTheOptions()
    {
        using var process = ServerProcess.Start(["--help"]);

        (int exitCode, string? output, string _) = await process.ExitAsync();

        Assert.Equal(0, exitCode);
        Assert.All(
            ["--models", "--listen", "--grpc-port", "--http-port", "--health"],
            option => Assert.Contains(option, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_ServerReadyThenGone_ExitsWithZeroThenOne()
    {
        using SamplePackages package = new SamplePackages().Add("first");
        using var process = ServerProcess.Start(["--models", package.Models, "--grpc-port", "0", "--http-port", "0"]);
        (Uri _, Uri? http) = await process.ListeningAsync();

        Assert.Equal((0, $"{http}health/ready: 200\n"), await ProbeAsync(http.Port));
        process.Terminate();
        await process.ExitAsync();
        Assert.Equal(1, (await ProbeAsync(http.Port)).ExitCode);
    }

    [Fact]
    public async Task Health_OfAServerThatListensEverywhere_AsksOnLoopback()
    {
        using SamplePackages package = new SamplePackages().Add("first");
        using var process = ServerProcess.Start(
            ["--models", package.Models, "--listen", "0.0.0.0", "--grpc-port", "0", "--http-port", "0"]);
        string port = (await process.OutputLineAsync()).Split(':')[^1];

        using var probe = ServerProcess.Start(["--health", "--listen", "0.0.0.0", "--http-port", port]);

        (int exitCode, string? output, string _) = await probe.ExitAsync();
        Assert.Equal((0, $"http://127.0.0.1:{port}/health/ready: 200\n"), (exitCode, output));
    }

    [Fact]
    public async Task Health_OptionsWrong_ExitsWithTwo()
    {
        using var probe = ServerProcess.Start(["--health"], ("EDGERNN__HTTPPORT", "70000"));
        Assert.Equal(2, (await probe.ExitAsync()).ExitCode);
    }

    [Fact]
    public async Task Options_SeveralWrong_ExitsWithTwoAndListsAll()
    {
        using var process = ServerProcess.Start(
            ["--listen", "everywhere"],
            ("EDGERNN__HTTPPORT", "70000"),
            ("EDGERNN__RUNTIME__WORKERS", "-4"),
            ("EDGERNN__RUNTIME__IDLETIMEOUT", "soon"),
            ("EDGERNN__MAXMESSAGEBYTES", "many"),
            ("EDGERNN__COLOUR", "blue"),
            (KernelSet.EnvironmentVariable, "v9"));

        (int exitCode, string? output, string? errors) = await process.ExitAsync();

        Assert.Equal((2, ""), (exitCode, output));
        Assert.All(
            ["'everywhere'", "70000", "-4", "'soon'", "'many'", "COLOUR is not an option", "'v9'"],
            found => Assert.Contains(found, errors, StringComparison.Ordinal));
        Assert.Equal(7, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Port_InUse_ExitsWithOneAndNamesThePort()
    {
        using SamplePackages package = new SamplePackages().Add("first");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";
        using var process = ServerProcess.Start(["--models", package.Models, "--grpc-port", "0", "--http-port", port]);

        (int exitCode, string? output, string? errors) = await process.ExitAsync();

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(port, errors, StringComparison.Ordinal);
        Assert.Contains("in use", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_Unreadable_ExitsWithOneAndNamesTheFile()
    {
        using SamplePackages package = new SamplePackages().Add("first");
        string manifest = Path.Combine(package.Models, "first", "model.json");
        await File.WriteAllTextAsync(manifest, "{}");
        using var process = ServerProcess.Start(["--models", package.Models, "--grpc-port", "0", "--http-port", "0"]);

        (int exitCode, string? output, string? errors) = await process.ExitAsync();

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("model.json", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", true)]
    [InlineData("", false)]
    public async Task Models_MissingFolderThatMayBeEmpty_ServesTheEmbeddedModelWithAWarning(string models, bool warns)
    {
        using var process = ServerProcess.Start(["--models", models, "--embedded-if-empty", "--grpc-port", "0", "--http-port", "0"]);
        (Uri? grpc, Uri _) = await process.ListeningAsync();
        using var client = new EdgeRnnClient(grpc);
        Assert.Equal("machine-vibration", Assert.Single(await client.ListModelsAsync().Soon()).Name);
        process.Terminate();

        IEnumerable<string> warnings = (await process.ExitAsync()).Errors
            .Split('\n').Where(line => line.StartsWith("warn:", StringComparison.Ordinal));

        Assert.Equal(warns, warnings.Any(line => line.Contains("missing: expected a folder of model packages, found none: THE EMBEDDED DEMONSTRATION MODEL IS SERVED", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Listen_BeyondLoopback_Warns()
    {
        using SamplePackages package = new SamplePackages().Add("first");
        using var process = ServerProcess.Start(
            ["--models", package.Models, "--grpc-port", "0", "--http-port", "0"], ("EDGERNN__LISTEN", "127.0.0.1"));
        await process.ListeningAsync();
        process.Terminate();
        Assert.DoesNotContain("without encryption", (await process.ExitAsync()).Errors, StringComparison.Ordinal);

        using var wide = ServerProcess.Start(["--models", package.Models, "--listen", "0.0.0.0", "--grpc-port", "0", "--http-port", "0"]);
        await wide.OutputLineAsync();
        wide.Terminate();
        Assert.Contains("without encryption", (await wide.ExitAsync()).Errors, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> ProbeAsync(int port)
    {
        using var probe = ServerProcess.Start(["--health"], ("EDGERNN__HTTPPORT", $"{port}"));
        (int exitCode, string? output, string _) = await probe.ExitAsync();
        return (exitCode, output);
    }
}
