using EdgeRnn.Kernels;

namespace EdgeRnn.Cli.Running;

/// <summary>Chooses the kernels for models that run in this process.</summary>
internal static class KernelChoice
{
    /// <summary>The best kernels that the processor supports, or those that the environment names.</summary>
    /// <exception cref="CliException">The environment names kernels that do not exist or that the processor does not support.</exception>
    public static KernelSet FromEnvironment()
    {
        try
        {
            return KernelSet.Select(Environment.GetEnvironmentVariable(KernelSet.EnvironmentVariable));
        }
        catch (NotSupportedException e)
        {
            throw new CliException($"{KernelSet.EnvironmentVariable}: {e.Message}", ExitCodes.WrongUse, e);
        }
    }
}
