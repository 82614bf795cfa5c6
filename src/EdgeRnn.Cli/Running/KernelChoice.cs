using EdgeRnn.Kernels;

namespace EdgeRnn.Cli.Running;

/// <summary>The kernels for models that run in this process.</summary>
internal static class KernelChoice
{
    /// <summary>The best that the processor has, or those that the environment names.</summary>
    /// <exception cref="CliException">The environment names others.</exception>
    public static KernelSet FromEnvironment()
    {
        try
        {
            return KernelSet.Select(Environment.GetEnvironmentVariable(KernelSet.EnvironmentVariable));
        }
        catch (ArgumentException e)
        {
            throw new CliException($"{KernelSet.EnvironmentVariable}: {e.Message}", ExitCodes.WrongUse, e);
        }
    }
}
