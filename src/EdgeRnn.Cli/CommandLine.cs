using System.CommandLine;
using EdgeRnn.Cli.Commands;
using EdgeRnn.Cli.Serving;

namespace EdgeRnn.Cli;

/// <summary>The commands of <c>edgernn</c>.</summary>
internal static class CommandLine
{
    public static RootCommand Create(Terminal terminal)
    {
        var root = new RootCommand("Streaming inference of recurrent networks on edge devices.")
        {
            ServeCommand.Create().WithExamples("edgernn serve", "edgernn serve --models ./models --grpc-port 8001 --http-port 8000"),
            StreamCommand.Create(terminal),
            ModelsCommand.Create(terminal),
            ImportCommand.Create(terminal),
            InspectCommand.Create(terminal),
            QuantizeCommand.Create(terminal),
            RunCommand.Create(terminal),
            BenchCommand.Create(terminal),
            DoctorCommand.Create(terminal),
            LoadCommand.Create(terminal),
            DemoCommand.Create(terminal),
            SimulateCommand.Create(terminal),
        };
        root.WithExamples("edgernn demo", "edgernn serve --models ./models", "edgernn stream --help");
        HelpExamples.ShowIn(root);
        VersionText.ShowIn(root);
        return root;
    }
}
