using System.CommandLine;
using EdgeRnn.Testing.Simulation;

namespace EdgeRnn.Benchmarks.Simulation;

/// <summary><c>simulate</c>: the scheduler on models of other devices, with more streams than this machine could carry.</summary>
internal static class SimulateCommand
{
    private static readonly DeviceModel[] Devices = [DeviceModel.Pi5, DeviceModel.Orin];
    private static readonly int[] ManyStreams = [1, 10, 100, 1_000, 10_000, 100_000];

    public static Command Create()
    {
        var seconds = new Option<double>("--seconds")
        {
            Description = "Simulated time of each case",
            HelpName = "S",
            DefaultValueFactory = _ => 5,
        };
        var streams = new Option<int>("--max-streams")
        {
            Description = "Leave out cases with more streams",
            HelpName = "N",
            DefaultValueFactory = _ => ManyStreams[^1],
        };
        var json = new Option<string?>("--json") { Description = "Write the results to FILE", HelpName = "FILE" };
        var plot = new Option<string?>("--plot")
        {
            Description = "Draw passes per frame and latency against the number of streams",
            HelpName = "FILE.svg",
        };
        var command = new Command("simulate", "Simulates the scheduler on device models, with up to 100,000 streams.")
        {
            seconds, streams, json, plot,
        };
        command.SetAction(parsed =>
        {
            List<SimulationRow> rows = [];
            foreach (SimulationRow row in Cases(parsed.GetValue(seconds)).Where(row => row.Case.Streams <= parsed.GetValue(streams)))
            {
                using var simulation = new SchedulerSimulation(row.Case);
                rows.Add(row with { Report = simulation.Run() });
                Console.Error.WriteLine($"{row.Device}, {row.Model}, {row.Case.Pattern}, {row.Case.Streams} streams");
            }

            SimulationTable.Write(Console.Out, rows);
            if (parsed.GetValue(json) is { } file)
                File.WriteAllText(file, SimulationTable.Serialize(rows) + "\n");
            if (parsed.GetValue(plot) is { } drawing)
                File.WriteAllText(drawing, SimulationPlot.Draw(rows));
        });
        return command;
    }

    private static IEnumerable<SimulationRow> Cases(double seconds)
    {
        ArrivalPattern[] irregular = [ArrivalPattern.Bursty, ArrivalPattern.Drifting, ArrivalPattern.Adversarial];
        foreach (DeviceModel device in Devices)
        {
            // From one stream to as many as load the device by 90 %.
            double capacity = MaxFrames(device, ModelSize.Large);
            foreach (double load in (double[])[0, 0.25, 0.5, 0.75, 0.9])
            {
                int streams = Math.Max(1, (int)(load * capacity / 50));
                yield return Case(device, ModelSize.Large, streams, 50, 200, ArrivalPattern.Regular, seconds);
            }

            foreach (ArrivalPattern pattern in irregular)
                yield return Case(device, ModelSize.Large, (int)(0.5 * capacity / 50), 50, 400, pattern, seconds);
            foreach (int streams in ManyStreams)
            {
                int rate = Math.Clamp((int)(0.5 * MaxFrames(device, ModelSize.Small) / streams), 1, 50);
                yield return Case(device, ModelSize.Small, streams, rate, Math.Max(100, 4000 / rate), ArrivalPattern.Regular, seconds);
            }

            foreach (ArrivalPattern pattern in irregular)
                yield return Case(device, ModelSize.Small, 1_000, 50, 100, pattern, seconds);
        }
    }

    private static SimulationRow Case(
        DeviceModel device, ModelSize model, int streams, double rate, int budgetMs, ArrivalPattern pattern, double seconds) => new(
            device.Name, model.Name,
            new SimulationCase(streams, rate, TimeSpan.FromMilliseconds(budgetMs), device.Cost(model), seconds)
            {
                Pattern = pattern,
                Workers = device.Workers(model),
            },
            Report: null!);

    /// <summary>Frames per second in full passes.</summary>
    private static double MaxFrames(DeviceModel device, ModelSize model)
    {
        const int Columns = 256;
        return device.Workers(model) * Columns / device.Cost(model)(Columns);
    }
}
