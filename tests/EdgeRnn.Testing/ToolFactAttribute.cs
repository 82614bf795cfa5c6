using System.Diagnostics;

namespace EdgeRnn.Testing;

/// <summary>A test that needs a program; where that is missing it is skipped, visibly, but fails in CI, which installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="package">The Debian package that has it.</param>
    /// <param name="command">Exits with 0 where it is there.</param>
    public ToolFactAttribute(string package, params string[] command)
    {
        if (Environment.GetEnvironmentVariable("CI") is null or "" && !Runs(command))
            Skip = $"needs the Debian package {package}";
    }

    private static bool Runs(string[] command)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
