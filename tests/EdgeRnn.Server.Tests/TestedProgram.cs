using System.Diagnostics;

namespace EdgeRnn.Server.Tests;

/// <summary>
/// The program that tests start as a process: the managed one beside the tests, or the native one that <c>EDGERNN_PROGRAM</c> names
/// (eng/native/check.sh).
/// </summary>
internal static class TestedProgram
{
    private const string Variable = "EDGERNN_PROGRAM";

    private static readonly string? Native = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>The program's folder, where it looks for its appsettings.json.</summary>
    public static string Folder => Native is null ? AppContext.BaseDirectory : Path.GetDirectoryName(Path.GetFullPath(Native))!;

    public static ProcessStartInfo Start(params string[] args)
    {
        ProcessStartInfo start =
            Native is null ? new("dotnet", [Path.Combine(Folder, "edgernn.dll"), .. args]) : new(Path.GetFullPath(Native), args);
        start.Environment.Remove(Variable); // no option of the program, which would say so
        return start;
    }

    /// <summary>The command as a shell reads it.</summary>
    public static string ShellCommand =>
        Native is null ? $"dotnet '{Path.Combine(Folder, "edgernn.dll")}'" : $"'{Path.GetFullPath(Native)}'";
}
