using System.Diagnostics;

namespace EdgeRnn.Testing;

/// <summary>A test that needs a program: skipped if that is missing, but not in CI, which installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="package">The Debian package with the program.</param>
    /// <param name="command">A command that exits with 0 if the program is there.</param>
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
