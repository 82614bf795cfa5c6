using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeRnn.Cli.Load;

namespace EdgeRnn.Benchmarks.Serving;

/// <summary><c>edgernn load</c> in a process of its own.</summary>
/// <param name="Rate">Frames per second of each stream; null: as many as the server accepts.</param>
/// <param name="BlockSteps">Null: the server chooses.</param>
/// <param name="BudgetMs">Null: no budget.</param>
internal sealed record Load(string Model, int Streams, double? Rate, int Seconds, int FramesPerMessage = 1,
    int? BlockSteps = null, int? BudgetMs = null)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <exception cref="InvalidOperationException">A stream failed.</exception>
    public async Task<LoadReport> RunAsync(Host server)
    {
        ProcessStartInfo start = Host.Child("edgernn.dll", "load", "--json", "--address", $"{server.Address}", "--pid", Text(server.Pid),
            "--model", Model, "--streams", Text(Streams), "--duration", Text(Seconds),
            "--frames-per-message", Text(FramesPerMessage));
        if (Rate is { } rate)
            AddOption("--rate", rate);
        if (BlockSteps is { } steps)
            AddOption("--block-steps", steps);
        if (BudgetMs is { } budget)
            AddOption("--budget", budget);
        using Process process = Process.Start(start)!;
        string json = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"edgernn load ended with {process.ExitCode}");
        return JsonSerializer.Deserialize<LoadReport>(json, Format)!;

        void AddOption(string name, IFormattable value)
        {
            start.ArgumentList.Add(name);
            start.ArgumentList.Add(Text(value));
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
