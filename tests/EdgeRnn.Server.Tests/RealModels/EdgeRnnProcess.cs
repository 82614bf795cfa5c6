using System.Diagnostics;

namespace EdgeRnn.Server.Tests.RealModels;

/// <summary>The <c>edgernn</c> program in a process of its own. Its errors are read all the time: it never waits for a reader.</summary>
internal sealed class EdgeRnnProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Task<string> _errors;

    private EdgeRnnProcess(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "edgernn.dll");
        _process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Runs one command to its end, which must be a success.</summary>
    public static async Task RunAsync(params string[] arguments)
    {
        await using var process = new EdgeRnnProcess(arguments);
        var output = await process._process.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        await process._process.WaitForExitAsync().WaitAsync(Limit);
        var code = process._process.ExitCode;
        Assert.True(code == 0, $"edgernn {string.Join(' ', arguments)}: exit code {code}\n{output}\n{await process._errors}");
    }

    /// <summary>Starts <c>edgernn serve</c> on free ports of the loopback interface; returns it with its gRPC address once it listens.</summary>
    public static async Task<(EdgeRnnProcess Server, Uri Address)> ServeAsync(string models)
    {
        const string prefix = "listening grpc=";
        var process = new EdgeRnnProcess("serve", "--models", models, "--grpc-port", "0", "--http-port", "0");
        var line = await process._process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        if (line is not null && line.StartsWith(prefix, StringComparison.Ordinal))
            return (process, new Uri(line[prefix.Length..].Split(' ')[0]));
        await process.DisposeAsync();
        throw new InvalidOperationException($"edgernn serve: expected '{prefix}…', found '{line}'\n{await process._errors}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Limit);
        await _errors.WaitAsync(Limit);
        _process.Dispose();
    }
}
