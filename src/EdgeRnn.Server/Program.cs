using System.CommandLine;
using EdgeRnn.Server;

return await CommandLineHost.InvokeAsync(ServeCommand.AddTo(new RootCommand("Serves streaming recurrent models over gRPC.")), args);
