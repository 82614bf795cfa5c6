using EdgeRnn.Client;

namespace EdgeRnn.Server.Tests.Server;

/// <summary>The programs in <c>samples</c>, as processes.</summary>
public sealed class SampleTests
{
    private const string Listening = "Now listening on: ";

    [Fact]
    public async Task HostedServer_Started_ServesStreamsAndPagesUntilItIsStopped()
    {
        using var process = ServerProcess.Run(PathOf("HostedServer"), [],
            ("Kestrel__Endpoints__Grpc__Url", "http://127.0.0.1:0"), ("Kestrel__Endpoints__Web__Url", "http://127.0.0.1:0"),
            ("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Information"));
        Uri grpc = await AddressAsync(process), web = await AddressAsync(process);

        using var client = new EdgeRnnClient(grpc);
        await using (InferenceStream stream = await client.OpenAsync(new InferenceOptions()).Soon())
        {
            await stream.WriteAsync(new float[3 * stream.Model.FrameSize]).Soon();
            await stream.CompleteAsync().Soon();
            int answered = 0;
            await foreach (InferenceResult result in stream.ReadResultsAsync())
                answered += result.Count;
            Assert.Equal(3, answered);
        }

        using var http = new HttpClient { BaseAddress = web };
        string metrics = await http.GetStringAsync(new Uri("edgernn/metrics", UriKind.Relative)).Soon();
        Assert.Contains("edgernn_frames_computed_total", metrics, StringComparison.Ordinal);
        process.Terminate();
        Assert.Equal(0, (await process.ExitAsync()).ExitCode);
    }

    /// <summary>The sample that was built with these tests.</summary>
    private static string PathOf(string sample)
    {
        string tests = Path.Combine(Repository.Root, "tests", "EdgeRnn.Server.Tests");
        string output = Path.GetRelativePath(tests, AppContext.BaseDirectory);
        return Path.Combine(Repository.Root, "samples", sample, output, $"{sample}.dll");
    }

    /// <summary>The next address that the app logs; Kestrel binds endpoints in the order of their names.</summary>
    private static async Task<Uri> AddressAsync(ServerProcess process)
    {
        string line;
        do
        {
            line = await process.OutputLineAsync();
        }
        while (!line.Contains(Listening, StringComparison.Ordinal));
        return new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]);
    }
}
