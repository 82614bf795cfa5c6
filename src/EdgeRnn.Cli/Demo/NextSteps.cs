namespace EdgeRnn.Cli.Demo;

/// <summary>Commands to try after the demo, as they work in the current folder.</summary>
internal static class NextSteps
{
    /// <summary>Each command line's arguments, and what it does.</summary>
    public static IReadOnlyList<(string Arguments, string Meaning)> Commands { get; } =
    [
        ("serve", "the same server on its usual ports, in a terminal of its own"),
        ("simulate --seconds 20 --seed 3 --output sensor.csv", "another machine's sensor as a file"),
        ("stream --model machine-vibration --input sensor.csv --rate 50", "its frames to that server, the results as they come"),
    ];

    public static void Write(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("What to type next:");
        foreach ((string arguments, string meaning) in Commands)
        {
            output.WriteLine($"  # {meaning}");
            output.WriteLine($"  {Program()} {arguments}");
        }
    }

    /// <summary>The command that starts this program: <c>dotnet run</c> in the source tree, otherwise the installed program.</summary>
    private static string Program()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeRnn.Cli.csproj")))
            folder = folder.Parent;
        if (folder is null)
            return "edgernn";
        return $"dotnet run -c Release --project {Path.GetRelativePath(Environment.CurrentDirectory, folder.FullName)} --";
    }
}
