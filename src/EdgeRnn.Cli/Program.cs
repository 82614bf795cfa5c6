using EdgeRnn.Cli;

var terminal = Terminal.OfProcess();
return await CommandLineHost.InvokeAsync(CommandLine.Create(terminal), args, terminal.Output, terminal.Error);
