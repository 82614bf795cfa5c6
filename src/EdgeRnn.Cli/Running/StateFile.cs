using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Safetensors;

namespace EdgeRnn.Cli.Running;

/// <summary>A stream's recurrent state as a tensor [layers, 1, units].</summary>
internal static class StateFile
{
    /// <summary>Names that a state may have, tried in this order: the reference vectors' and what <see cref="Write"/> gives.</summary>
    private static readonly string[] Names = ["state_in", "state_out", "state_out_f32", "state_out_f64"];

    /// <exception cref="ModelException">The file cannot be read.</exception>
    /// <exception cref="CliException">It holds no state, or another model's.</exception>
    public static void Read(string path, RecurrentState state, Terminal terminal)
    {
        using var file = SafetensorsFile.Open(path);
        string name = Names.FirstOrDefault(file.Contains)
            ?? throw new CliException($"{path}: expected a tensor {string.Join(" or ", Names)}, found none of them");
        long[] expected = Shape(state);
        if (!file[name].Shape.SequenceEqual(expected))
        {
            string shape = string.Join(", ", expected);
            throw new CliException($"{path}: tensor {name}: expected the shape [{shape}], found {file[name].ShapeText}");
        }

        ReadOnlySpan<float> values = file.ReadSingles(name, new WarningLogger<SafetensorsFile>(terminal));
        for (int i = 0; i < state.Layers; i++)
        {
            values[..state.Layer(i).Length].CopyTo(state.Layer(i));
            values = values[state.Layer(i).Length..];
        }
    }

    public static void Write(string path, RecurrentState state)
    {
        float[] values = [.. Enumerable.Range(0, state.Layers).SelectMany(i => state.Layer(i).ToArray())];
        new SafetensorsWriter().Add("state_out", Shape(state), values).Save(path);
    }

    private static long[] Shape(RecurrentState state) => [state.Layers, 1, state.Layer(0).Length];
}
