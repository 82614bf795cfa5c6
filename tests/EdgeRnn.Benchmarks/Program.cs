using EdgeRnn.Benchmarks;

return CommandLine.Create().Parse(args).Invoke();
