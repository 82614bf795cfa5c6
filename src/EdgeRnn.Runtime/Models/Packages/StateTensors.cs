using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>
/// A stream's state as tensors: state [layers, 1, units]; for an LSTM, also cell [layers, 1, units]; for a QRNN with a window of 2, also
/// prev_x.N [1, 1, inputs of layer N]. Names have a suffix before the layer: state_out, prev_x_out.0.
/// </summary>
internal static class StateTensors
{
    private const string WrittenSuffix = "_out";

    /// <summary>The suffixes of first and last states in the reference vectors, in the order in which a file is searched.</summary>
    private static readonly string[] Suffixes = ["_in", WrittenSuffix, "_out_f32", "_out_f64"];

    /// <summary>Adds the state under the suffix _out.</summary>
    public static void Write(RecurrentState state, SafetensorsWriter writer)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(writer);
        foreach ((string name, int[] parts) in Tensors(state, WrittenSuffix))
            writer.Add(name, Shape(state, parts), parts.SelectMany(part => state.Part(part).ToArray()).ToArray());
    }

    /// <summary>
    /// Reads a state from the tensors with the first suffix of _in, _out, _out_f32 and _out_f64 that occurs in the file. Parts without a
    /// tensor become zeros.
    /// </summary>
    /// <exception cref="ModelException">There is no state, or a tensor has another shape or type; the state may be partly read.</exception>
    public static void Read(RecurrentState state, SafetensorsFile file, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(file);
        string suffix = Array.Find(Suffixes, suffix => Tensors(state, suffix).Any(tensor => file.Contains(tensor.Name)))
            ?? throw new ModelException(
                $"{file.Name}: expected a tensor {string.Join(" or ", Suffixes.Select(suffix => StatePart.State + suffix))}, found none");
        state.Reset();
        foreach ((string name, int[] parts) in Tensors(state, suffix).Where(tensor => file.Contains(tensor.Name)))
        {
            long[] shape = Shape(state, parts);
            if (!file[name].Shape.SequenceEqual(shape))
            {
                throw new ModelException(
                    $"{file.Name}: {name}: expected shape [{string.Join(", ", shape)}], found {file[name].ShapeText}");
            }

            ReadOnlySpan<float> values = file.ReadSingles(name, logger);
            foreach (int part in parts)
            {
                values[..state.Part(part).Length].CopyTo(state.Part(part));
                values = values[state.Part(part).Length..];
            }
        }
    }

    /// <summary>The names of the tensors and the parts of the state that each one stacks.</summary>
    private static IEnumerable<(string Name, int[] Parts)> Tensors(RecurrentState state, string suffix) =>
        Enumerable.Range(0, state.Parts.Count)
            .GroupBy(i => state.Parts[i].Name is StatePart.PreviousInput
                ? $"{StatePart.PreviousInput}{suffix}.{state.Parts[i].Layer}"
                : state.Parts[i].Name + suffix)
            .Select(group => (group.Key, group.ToArray()));

    private static long[] Shape(RecurrentState state, int[] parts) => [parts.Length, 1, state.Parts[parts[0]].Size];
}
