using System.Diagnostics;

namespace EdgeRnn.Server.Tests.Cli;

/// <summary>The program as a process of its own.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Process_WithWrongUse_ExitsWith2()
    {
        CliRun run = await StartAsync("", "run", "--model", "x");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--input", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_ThatFails_ExitsWith1AndOneSentence()
    {
        CliRun run = await StartAsync("", "inspect", "no-such-folder");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Process_FedThroughAPipe_StreamsToTheServer()
    {
        await using TestServer server = await TestServer.StartAsync();
        CliRun run = await StartAsync("1,2,3,4,5,6,7\n7,6,5,4,3,2,1\n", "stream", "--address", server.Server.GrpcAddress.ToString(), "--model", "first", "--input", "-");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(3, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static async Task<CliRun> StartAsync(string input, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "edgernn.dll"), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync().Soon();
            return new CliRun(process.ExitCode, await output.Soon(), await error.Soon());
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
