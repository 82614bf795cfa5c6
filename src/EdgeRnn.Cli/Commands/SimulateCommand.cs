using System.CommandLine;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Output;
using EdgeRnn.Cli.Simulation;
using EdgeRnn.Runtime.Models.Safetensors;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn simulate</c>: the demo's sensor as a file, to stream or to train on.</summary>
internal static class SimulateCommand
{
    private const int DefaultSeconds = 20;
    private const int MostSeconds = 24 * 60 * 60;

    public static Command Create(Terminal terminal)
    {
        Option<int?> seconds = CommonOptions.Number("--seconds", "N", $"Length of a recording; default: {DefaultSeconds}", 1, MostSeconds);
        Option<int?> seed = CommonOptions.Number("--seed", "S", "Which machine, and what happens to it; default: 1", 0, int.MaxValue);
        Option<int?> recordings = CommonOptions.Number("--recordings", "R", "Recordings, of the seeds S, S + 1, …; default: 1", 1, 100_000);
        var output = new Option<string>("--output")
        {
            Description = "safetensors by extension: x [R*T, inputs], the true state [R*T], seed [R]; else CSV with the frames alone; - for standard output",
            HelpName = "FILE",
            Required = true,
        };
        return new Command("simulate", "Records the demo's simulated machine-vibration sensor. A seed gives the same bytes everywhere.") { seconds, seed, recordings, output }
            .Runs(terminal, (parsed, _) =>
            {
                int frames = checked((int)((parsed.GetValue(seconds) ?? DefaultSeconds) * MachineSimulator.FrameRate));
                int count = parsed.GetValue(recordings) ?? 1;
                if ((long)frames * count * MachineSimulator.FrameSize > Array.MaxLength)
                    throw new CliException($"--recordings: expected at most {Array.MaxLength / frames / MachineSimulator.FrameSize} of that length, found {count}", ExitCodes.WrongUse);
                ulong first = (ulong)(parsed.GetValue(seed) ?? 1);
                var all = Enumerable.Range(0, count).Select(i => (Seed: first + (ulong)i, Recording: MachineRecording.Simulate(first + (ulong)i, frames)));
                string path = parsed.GetRequiredValue(output);
                if (FrameInput.IsTensorFile(path)) WriteTensors(path, [.. all]);
                else WriteCsv(path, all.Select(one => one.Recording), terminal);
                return Task.CompletedTask;
            })
            .WithExamples(
                "edgernn simulate --seconds 20 --seed 3 --output sensor.csv",
                "edgernn simulate --seconds 20 --recordings 384 --seed 1000 --output train.safetensors");
    }

    private static void WriteTensors(string path, IReadOnlyList<(ulong Seed, MachineRecording Recording)> all)
    {
        float[] frames = [.. all.SelectMany(one => one.Recording.Frames)];
        byte[] states = [.. all.SelectMany(one => one.Recording.States).Select(state => (byte)state)];
        byte[] seeds = [.. all.SelectMany(one => BitConverter.GetBytes(one.Seed))];
        new SafetensorsWriter()
            .Add("x", [states.Length, MachineSimulator.FrameSize], frames)
            .Add("state", "U8", [states.Length], states)
            .Add("seed", "I64", [all.Count], seeds)
            .Save(path);
    }

    private static void WriteCsv(string path, IEnumerable<MachineRecording> recordings, Terminal terminal)
    {
        using TextWriter? file = path == "-" ? null : File.CreateText(path);
        var csv = new CsvFrameWriter(file ?? terminal.Output, MachineSimulator.FrameSize);
        foreach (MachineRecording recording in recordings) csv.Write(recording.Frames);
    }
}
