using System.CommandLine;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Output;
using EdgeRnn.Cli.Simulation;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn simulate</c>: writes the demo's sensor to a file, to stream or to train on.</summary>
internal static class SimulateCommand
{
    private const int DefaultSeconds = 20;
    private const int MaxSeconds = 24 * 60 * 60;
    private const int DefaultSeed = 1;

    public static Command Create(Terminal terminal)
    {
        Option<int?> seconds = CommonOptions.Number(
            "--seconds", "N", $"Length of each recording; default: {DefaultSeconds}", 1, MaxSeconds);
        Option<int?> seed = CommonOptions.Number(
            "--seed", "S", $"Seed of the machine and of what happens to it; default: {DefaultSeed}", 0, int.MaxValue);
        Option<int?> recordings = CommonOptions.Number(
            "--recordings", "R", "Number of recordings, with seeds S, S + 1, …; default: 1", 1, 100_000);
        Option<string> output = CommonOptions.RequiredText("--output", "FILE",
            "Safetensors by extension: x [R*T, inputs], the true state [R*T], seed [R]; else CSV, only the frames; - for standard output");
        return new Command("simulate", "Records the demo's simulated machine-vibration sensor. A seed gives the same bytes everywhere.")
        {
            seconds, seed, recordings, output,
        }
            .Runs(terminal, (parsed, _) =>
            {
                int length = parsed.GetValue(seconds) ?? DefaultSeconds, count = parsed.GetValue(recordings) ?? 1;
                double bytes = length * MachineSimulator.FrameRate * MachineSimulator.FrameSize * sizeof(float);
                long max = (long)(Array.MaxLength / bytes);
                if (count > max)
                    throw new CliException($"--recordings: expected at most {max} of {length} s, found {count}", ExitCodes.WrongUse);
                ulong first = (ulong)(parsed.GetValue(seed) ?? DefaultSeed);
                string path = parsed.GetRequiredValue(output);
                if (FrameFiles.Of(path) == FrameFile.Safetensors)
                    SimulationExport.Write(path, length, first, count);
                else
                    WriteCsv(path, length, first, count, terminal);
                return Task.CompletedTask;
            })
            .WithExamples(
                "edgernn simulate --seconds 20 --seed 3 --output sensor.csv",
                "edgernn simulate --seconds 20 --recordings 384 --seed 1000 --output train.safetensors");
    }

    private static void WriteCsv(string path, int seconds, ulong firstSeed, int recordings, Terminal terminal)
    {
        using TextWriter? file = path == "-" ? null : new StreamWriter(OutputFile.Create(path));
        var csv = new CsvFrameWriter(file ?? terminal.Output, MachineSimulator.FrameSize);
        for (int i = 0; i < recordings; i++)
            csv.Write(MachineRecording.Simulate(firstSeed + (ulong)i, (int)(seconds * MachineSimulator.FrameRate)).Frames);
    }
}
