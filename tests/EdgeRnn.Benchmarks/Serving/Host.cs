using System.Diagnostics;
using System.Text.Json;
using EdgeRnn.Benchmarks.Serving.Hosting;

namespace EdgeRnn.Benchmarks.Serving;

/// <summary>A server in a process of its own, as the measuring process sees it.</summary>
internal sealed class Host : IDisposable
{
    private readonly Process _process;

    private Host(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int Pid => _process.Id;

    /// <param name="models">The server's model or folder of models; null: the embedded model.</param>
    /// <param name="options">Options of the server's runtime, by name.</param>
    public static async Task<Host> StartAsync(HostKind kind, string? models, params (string Name, object Value)[] options)
    {
        // EdgeRnn runs with the runtime settings of its program, the bare services with the framework's.
        string[] settings = kind is HostKind.Echo or HostKind.Plain
            ? []
            : ["exec", "--runtimeconfig", Beside("edgernn.runtimeconfig.json")];
        var start = new ProcessStartInfo("dotnet", [.. settings, Beside("EdgeRnn.Benchmarks.dll"), HostCommand.Name, $"{kind}"])
        {
            RedirectStandardOutput = true,
        };
        start.RedirectStandardInput = true;
        if (models is not null)
            start.Environment["EDGERNN__MODELS"] = models;
        foreach ((string name, object value) in options.Prepend(("MaxSessions", 20_000)))
            start.Environment[$"EDGERNN__RUNTIME__{name.ToUpperInvariant()}"] = FormattableString.Invariant($"{value}");
        Process process = Process.Start(start)!;
        string address = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"the server {kind} did not start");
        return new Host(process, new Uri(address));
    }

    /// <summary>Describes the start of a program in the same folder as this one.</summary>
    public static ProcessStartInfo Child(string program, params string[] args) =>
        new("dotnet", [Beside(program), .. args]) { RedirectStandardOutput = true };

    private async Task<HostCounters> AskAsync(string question)
    {
        await _process.StandardInput.WriteLineAsync(question);
        await _process.StandardInput.FlushAsync();
        string line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server has ended");
        return JsonSerializer.Deserialize<HostCounters>(line)!;
    }

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    /// <param name="collect">Whether to collect garbage first.</param>
    public Task<HostCounters> CountersAsync(bool collect = false) => AskAsync(collect ? HostCommand.Collect : "");

    /// <summary>Makes the counters list pauses from now on.</summary>
    public Task WatchPausesAsync() => AskAsync(HostCommand.WatchPauses);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
