using System.Runtime.InteropServices;

namespace EdgeRnn.Benchmarks.Peers;

/// <summary>Removes environment variables that override the choices of a peer.</summary>
internal static partial class PeerEnvironment
{
    private static readonly string[] Presets =
    [
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS",
        "DNNL_MAX_CPU_ISA", "ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
    ];

    /// <summary>Removes variables that choose for a peer. Must run before its library is loaded.</summary>
    public static void RemovePresets()
    {
        foreach (string name in Presets)
        {
            Environment.SetEnvironmentVariable(name, null); // what child processes get
            _ = RemoveVariable(name); // what native libraries of this process see
        }
    }

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RemoveVariable(string name);
}
