using EdgeRnn.Kernels;

namespace EdgeRnn.Server.Configuration;

/// <summary>The kernels that the environment variable selects, or the best ones of this processor.</summary>
internal static class KernelSelection
{
    public static KernelSet Select() => KernelSet.Select(Environment.GetEnvironmentVariable(KernelSet.EnvironmentVariable));

    /// <summary>One sentence if the variable names kernels that do not exist or that this processor cannot run; else none.</summary>
    public static IEnumerable<string> Errors()
    {
        try
        {
            Select();
            return [];
        }
        catch (NotSupportedException e)
        {
            return [$"{KernelSet.EnvironmentVariable}: {e.Message}"];
        }
    }
}
