using System.Diagnostics;
using System.Text;

namespace EdgeRnn.Server.Tests.RealModels;

/// <summary>The <c>edgernn</c> program in processes of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where it takes gRPC calls.</summary>
    public Uri Address { get; }

    /// <summary>Runs one command to its end, which must be a success.</summary>
    public static async Task RunAsync(params string[] arguments)
    {
        using var process = Start(arguments, out var errors);
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        await process.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(process.ExitCode == 0, $"edgernn {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{output}\n{errors}");
    }

    /// <summary>Starts <c>edgernn serve</c> on free ports of the loopback interface and waits until it listens.</summary>
    public static async Task<ServerProcess> ServeAsync(string models)
    {
        const string prefix = "listening grpc=";
        var process = Start(["serve", "--models", models, "--grpc-port", "0", "--http-port", "0"], out var errors);
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        Assert.True(line?.StartsWith(prefix, StringComparison.Ordinal), $"expected '{prefix}…', found '{line}'\n{errors}");
        return new ServerProcess(process, new Uri(line![prefix.Length..].Split(' ')[0]));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Limit);
        _process.Dispose();
    }

    private static Process Start(string[] arguments, out StringBuilder errors)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "edgernn.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var text = new StringBuilder();
        process.ErrorDataReceived += (_, line) => text.AppendLine(line.Data);
        process.BeginErrorReadLine();
        errors = text;
        return process;
    }
}
