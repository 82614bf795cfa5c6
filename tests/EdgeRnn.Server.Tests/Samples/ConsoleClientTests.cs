using System.Diagnostics;

namespace EdgeRnn.Server.Tests.Samples;

/// <summary>samples/ConsoleClient as a process of its own.</summary>
public sealed class ConsoleClientTests
{
    [Fact]
    public async Task ConsoleClient_RunningServer_PrintsOutputsAndExitsWithZero()
    {
        using SamplePackages package = new SamplePackages().Add("first");
        using var server = ServerProcess.Start(["--models", package.Models, "--grpc-port", "0", "--http-port", "0"]);
        (Uri grpc, Uri _) = await server.ListeningAsync();

        (int exitCode, string output, string errors) = await RunAsync(grpc.ToString(), "first");

        Assert.Equal((0, ""), (exitCode, errors));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("model first: 7 values per frame, 13 per output", lines[0]);
        Assert.All(lines[1..^1], line => Assert.Matches(@"^frame \d+: output \d+ -?\d\.\d{3}$", line));
        Assert.StartsWith("frame 99: ", lines[^2], StringComparison.Ordinal);
        Assert.Equal("100 of 100 frames computed", lines[^1]);
    }

    [Fact]
    public async Task ConsoleClient_UnknownModel_TellsTheServersReasonAndExitsWithOne()
    {
        await using TestServer server = await TestServer.StartAsync();

        (int exitCode, string output, string errors) = await RunAsync(server.Server.GrpcAddress.ToString(), "third");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("expected one of first, second", errors, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] args)
    {
        // …/bin/Debug/net10.0/
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string program = Path.Combine(
            Repository.Root, "samples", "ConsoleClient", "bin", output.Parent!.Name, output.Name, "ConsoleClient.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            Task<string> lines = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().Soon();
            return (process.ExitCode, await lines.Soon(), await errors.Soon());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
