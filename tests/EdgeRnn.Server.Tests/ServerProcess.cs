using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EdgeRnn.Server.Tests;

/// <summary>A server as a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errorText = new();
    private readonly Task<string> _errors;

    private ServerProcess(Process process)
    {
        _process = process;
        _errors = ReadErrorsAsync();
    }

    /// <summary>Starts <c>edgernn serve</c>.</summary>
    public static ServerProcess Start(string[] args, params (string Name, string Value)[] environment) =>
        Run(TestedProgram.Start(["serve", .. args]), TestedProgram.Folder, environment);

    /// <summary>Starts a program in its own folder, where an app looks for its appsettings.json.</summary>
    public static ServerProcess Run(string program, string[] args, params (string Name, string Value)[] environment) =>
        Run(new ProcessStartInfo("dotnet", [program, .. args]), Path.GetDirectoryName(program)!, environment);

    private static ServerProcess Run(ProcessStartInfo start, string folder, (string Name, string Value)[] environment)
    {
        start.WorkingDirectory = folder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>Reads the line with the addresses.</summary>
    public async Task<(Uri Grpc, Uri Http)> ListeningAsync()
    {
        string[] words = (await OutputLineAsync()).Split(' ');
        Assert.Equal("listening", words[0]);
        Assert.StartsWith("grpc=http://127.0.0.1:", words[1], StringComparison.Ordinal);
        Assert.StartsWith("http=http://127.0.0.1:", words[2], StringComparison.Ordinal);
        return (new Uri(words[1]["grpc=".Length..]), new Uri(words[2]["http=".Length..]));
    }

    public async Task<string> OutputLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().Soon() ?? throw new InvalidOperationException(await _errors.Soon());

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate() => Signal("TERM");

    /// <param name="signal">Its name without SIG.</param>
    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits until what came on standard error satisfies a condition.</summary>
    public Task ErrorAsync(Func<string, bool> condition) => Waiting.UntilAsync(() =>
    {
        lock (_errorText)
            return condition(_errorText.ToString()) || (_process.HasExited ? throw new InvalidOperationException(_errorText.ToString()) : false);
    });

    public async Task<(int ExitCode, string Output, string Errors)> ExitAsync()
    {
        string output = await _process.StandardOutput.ReadToEndAsync().Soon();
        await _process.WaitForExitAsync().Soon();
        return (_process.ExitCode, output, await _errors.Soon());
    }

    private async Task<string> ReadErrorsAsync()
    {
        char[] buffer = new char[4096];
        for (int count; (count = await _process.StandardError.ReadAsync(buffer)) > 0;)
        {
            lock (_errorText)
                _errorText.Append(buffer, 0, count);
        }

        return _errorText.ToString();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
