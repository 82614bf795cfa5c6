using EdgeRnn.Cli.Output;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Cli.Running;

/// <summary>Reads and writes a stream's recurrent state as a file of <see cref="StateTensors"/>.</summary>
internal static class StateFile
{
    /// <exception cref="ModelException">The file cannot be read, or does not hold a state of this model.</exception>
    public static void Read(string path, RecurrentState state, Terminal terminal)
    {
        using var file = SafetensorsFile.Open(path);
        StateTensors.Read(state, file, new WarningLogger<SafetensorsFile>(terminal));
    }

    public static void Write(string path, RecurrentState state)
    {
        var tensors = new SafetensorsWriter();
        StateTensors.Write(state, tensors);
        using FileStream file = OutputFile.Create(path);
        tensors.WriteTo(file);
    }
}
