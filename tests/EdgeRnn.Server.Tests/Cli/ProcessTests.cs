using System.Diagnostics;
using System.Globalization;

namespace EdgeRnn.Server.Tests.Cli;

/// <summary>The program as a separate process.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Process_AskedForItsVersion_PrintsIt()
    {
        CliRun run = await StartAsync("", "--version");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("edgernn ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_WithWrongUse_ExitsWith2()
    {
        CliRun run = await StartAsync("", "run", "--model", "x");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--input", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_ThatFails_ExitsWith1AndOneLine()
    {
        CliRun run = await StartAsync("", "inspect", "no-such-folder");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Process_FedThroughAPipe_StreamsToTheServer()
    {
        await using TestServer server = await TestServer.StartAsync();
        string address = server.Server.GrpcAddress.ToString();

        CliRun run = await StartAsync("8,2,3,4,5,6,7\n7,6,5,4,3,2,1\n", "stream", "--address", address, "--model", "first", "--input", "-");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(3, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Process_InterruptedOnAnEndlessInput_EndsTheStreamAndExitsWith0()
    {
        await using TestServer server = await TestServer.StartAsync();
        string address = server.Server.GrpcAddress.ToString();
        using Process process = Launch("stream", "--address", address, "--model", "first", "--input", "-", "--max-delay", "1");
        try
        {
            await process.StandardInput.WriteAsync("8,2,3,4,5,6,7\n");
            await process.StandardInput.FlushAsync();
            while (await process.StandardOutput.ReadLineAsync().Soon() is { } line && !line.StartsWith("0,", StringComparison.Ordinal))
            {
            }

            await InterruptAsync(process);
            await process.WaitForExitAsync().Soon();
            Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync().Soon()));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [Fact]
    public async Task Process_InterruptedTwice_EndsThoughTheServerNeverAnswers()
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = await ScriptedServer.StartAsync(async (requests, responses, context) =>
        {
            await ScriptedServer.OpenAsync(requests, responses);
            while (await requests.MoveNext(CancellationToken.None))
                seen.TrySetResult();
            seen = new TaskCompletionSource();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });
        using Process process = Launch("stream", "--address", server.Address.ToString(), "--input", "-");
        try
        {
            await process.StandardInput.WriteAsync("8,2,3,4,5\n");
            await process.StandardInput.FlushAsync();
            await seen.Task.Soon();
            await InterruptAsync(process);
            await Waiting.UntilAsync(() => !seen.Task.IsCompleted);
            Assert.False(process.HasExited);
            await InterruptAsync(process);
            await process.WaitForExitAsync().Soon();
            Assert.Equal((1, "edgernn: interrupted a second time: ended at once\n"),
                (process.ExitCode, await process.StandardError.ReadToEndAsync().Soon()));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [Fact]
    public async Task Process_WhoseReaderHasGone_EndsAndSaysSo()
    {
        await using TestServer server = await TestServer.StartAsync();
        using Process process = Launch(
            "stream", "--address", server.Server.GrpcAddress.ToString(), "--model", "first", "--input", "-", "--max-delay", "1");
        try
        {
            process.StandardOutput.Close();
            // Until it has ended, and with it the pipe.
            await Assert.ThrowsAsync<IOException>(() => WriteForeverAsync(process.StandardInput).Soon());
            await process.WaitForExitAsync().Soon();
            Assert.Equal((1, "edgernn: standard output: its reader has closed it\n"), (process.ExitCode, await process.StandardError.ReadToEndAsync().Soon()));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [Fact]
    public async Task Process_TwiceWithOneFileAsOutput_WritesOneAfterTheOther()
    {
        string path = Path.GetTempFileName();
        try
        {
            string command = $"{TestedProgram.ShellCommand} --version";
            using var shell = Process.Start("sh", ["-c", $"{{ {command}; echo between; {command}; }} > '{path}'"]);
            await shell.WaitForExitAsync().Soon();
            string[] lines = await File.ReadAllLinesAsync(path);
            Assert.Equal([lines[0], "between", lines[0]], lines);
            Assert.StartsWith("edgernn ", lines[0], StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Process_WithClosedInput_SaysSo()
    {
        await using TestServer server = await TestServer.StartAsync();
        using Process process = Process.Start(new ProcessStartInfo("sh",
            ["-c", $"exec {TestedProgram.ShellCommand} stream --address {server.Server.GrpcAddress} --model first --input - <&-"])
        {
            RedirectStandardError = true,
        })!;
        string error = await process.StandardError.ReadToEndAsync().Soon();
        await process.WaitForExitAsync().Soon();
        Assert.Equal((1, "edgernn: standard input: expected an open stream, found it closed\n"), (process.ExitCode, error));
    }

    private static async Task InterruptAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().Soon();
    }

    private static async Task WriteForeverAsync(StreamWriter input)
    {
        while (true)
        {
            await input.WriteAsync("8,2,3,4,5,6,7\n");
            await input.FlushAsync();
        }
    }

    private static Process Launch(params string[] args)
    {
        ProcessStartInfo start = TestedProgram.Start(args);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return Process.Start(start)!;
    }

    private static async Task<CliRun> StartAsync(string input, params string[] args)
    {
        using Process process = Launch(args);
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
            if (!process.HasExited)
                process.Kill();
        }
    }
}
