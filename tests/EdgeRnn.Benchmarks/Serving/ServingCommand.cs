using System.CommandLine;
using EdgeRnn.Benchmarks.Serving.Figures;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Benchmarks.Serving;

/// <summary><c>serving</c>: the server as a whole, over the wire, beside a bare gRPC echo.</summary>
internal static class ServingCommand
{
    private static readonly Dictionary<string, Func<ServingOptions, Figure, Task>> Figures = new()
    {
        ["round-trip"] = RoundTrip.RunAsync,
        ["one-stream"] = OneStream.RunAsync,
        ["allocations"] = Allocations.RunAsync,
        ["idle"] = IdleSessions.RunAsync,
        ["times"] = InBandTimes.RunAsync,
        ["shared"] = SharedPasses.RunAsync,
        ["efficiency"] = Efficiency.RunAsync,
        ["streams-1000"] = ManyStreams.ThousandAsync,
        ["streams-5000"] = ManyStreams.FiveThousandAsync,
        ["largest-50hz"] = MaxStreams.At50HzAsync,
        ["largest-10hz"] = MaxStreams.At10HzAsync,
    };

    public static Command Create()
    {
        var only = new Option<string[]>("--only")
        {
            Description = $"The figures to measure; default: all: {string.Join(", ", Figures.Keys)}",
            HelpName = "NAME,…",
            DefaultValueFactory = _ => [.. Figures.Keys],
            CustomParser = result =>
            {
                string[] names = result.Tokens[0].Value.Split(',');
                foreach (string name in names.Where(name => !Figures.ContainsKey(name)))
                    result.AddError($"--only: expected some of {string.Join(", ", Figures.Keys)}, found '{name}'");
                return names;
            },
        };
        var rounds = new Option<int>("--rounds") { Description = "Runs of each, interleaved", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "How long each load lasts", DefaultValueFactory = _ => 5 };
        var streams = new Option<int?>("--streams")
        {
            Description = "Streams of streams-1000 and streams-5000 instead of their own numbers",
        };
        var models = new Option<string?>("--models") { Description = "A model package; default: the embedded model", HelpName = "DIR" };
        var json = new Option<string?>("--json") { Description = "Write samples and goals to FILE", HelpName = "FILE" };
        var command = new Command("serving", "Measures a server process over the wire. Exits with 1 if a goal is not met.")
        {
            only, rounds, seconds, streams, models, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            ServingOptions options = Options(
                parsed.GetValue(models), parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(streams));
            List<Figure> figures = [];
            foreach (string name in parsed.GetRequiredValue(only))
            {
                figures.Add(new Figure(name, Console.Error));
                await Figures[name](options, figures[^1]);
            }

            ServingReport.Print(figures, Console.Out);
            if (parsed.GetValue(json) is { } file)
                await File.WriteAllTextAsync(file, ServingReport.Serialize(figures, options) + "\n", cancellation);
            return figures.All(figure => figure.Goals.All(goal => goal.IsMet)) ? 0 : 1;
        });
        return command;
    }

    private static ServingOptions Options(string? models, int rounds, int seconds, int? streams)
    {
        using var repository = ModelRepository.Load(models, KernelSet.Select(null));
        RecurrentModel model = repository.Models.Single();
        return new ServingOptions(models, model.Name, model.InputSize, rounds, seconds, streams);
    }
}
