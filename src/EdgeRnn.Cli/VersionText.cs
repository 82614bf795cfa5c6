using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using EdgeRnn.Kernels;

namespace EdgeRnn.Cli;

/// <summary>The answer to <c>edgernn --version</c>: program, version, the commit if the build knew it, and the kernels of this processor.</summary>
internal static class VersionText
{
    private const int CommitDigits = 12;

    /// <summary>Makes the version option of a root command print the version of this build.</summary>
    public static void ShowIn(RootCommand root) => root.Options.OfType<VersionOption>().Single().Action = new VersionAction();

    /// <param name="informationalVersion">A semantic version; the build appends the commit after a plus sign.</param>
    /// <param name="kernels">The name of a kernel set.</param>
    public static string Of(string informationalVersion, string kernels)
    {
        string[] parts = informationalVersion.Split('+', 2);
        string commit = parts.Length == 1 ? "" : $" ({parts[1][..Math.Min(parts[1].Length, CommitDigits)]})";
        return $"edgernn {parts[0]}{commit}, kernels {kernels}";
    }

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            string version = typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine(Of(version, KernelSet.Available[0].Name));
            return ExitCodes.Success;
        }
    }
}
