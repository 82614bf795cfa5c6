using EdgeRnn.Cli;
using EdgeRnn.Server;

var terminal = Terminal.OfProcess();
return await CommandLineHost.InvokeAsync(CommandLine.Create(terminal), args, terminal.Output, terminal.Error);
