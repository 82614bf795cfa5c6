using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Tests.Models;

/// <summary>Runs a whole stream through a model.</summary>
internal static class Streams
{
    /// <param name="model">Any.</param>
    /// <param name="input">[frames][input size].</param>
    /// <param name="start">Fills the initial state; null: zeros.</param>
    /// <param name="cuts">Frames per pass, used cyclically.</param>
    /// <returns>The outputs of all frames and the final state, part by part.</returns>
    public static (float[] Output, float[] State) Run(
        RecurrentModel model, float[] input, Action<RecurrentState>? start, params int[] cuts)
    {
        int frames = input.Length / model.InputSize;
        float[] output = new float[frames * model.OutputSize];
        using RecurrentState state = model.CreateState();
        using Workspace workspace = model.CreateWorkspace(cuts.Max());
        start?.Invoke(state);
        for (int first = 0, i = 0; first < frames; i++)
        {
            int steps = Math.Min(cuts[i % cuts.Length], frames - first);
            model.Run([Segment(model, state, input, output, first, steps)], workspace);
            first += steps;
        }

        return (output, Copy(state));
    }

    public static FrameSegment Segment(RecurrentModel model, RecurrentState state, float[] input, float[] output, int first, int steps) =>
        new(
            state,
            input.AsMemory(first * model.InputSize, steps * model.InputSize),
            output.AsMemory(first * model.OutputSize, steps * model.OutputSize));

    public static float[] Copy(RecurrentState state) =>
        [.. Enumerable.Range(0, state.Parts.Count).SelectMany(part => state.Part(part).ToArray())];
}
