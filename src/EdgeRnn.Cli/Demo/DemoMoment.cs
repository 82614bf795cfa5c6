using EdgeRnn.Cli.Simulation;
using EdgeRnn.Client;

namespace EdgeRnn.Cli.Demo;

/// <summary>What the model recognized at one frame, and the true state.</summary>
/// <param name="Frame">The frame's index.</param>
/// <param name="State">The machine's true state.</param>
/// <param name="Since">Frames since the state began.</param>
/// <param name="Seen">The label with the highest probability.</param>
/// <param name="Confidence">The probability of that label, 0 to 1.</param>
/// <param name="Result">The block that the frame was computed in.</param>
/// <param name="RoundTrip">Time from sending the block's oldest frame to its result.</param>
internal sealed record DemoMoment(
    long Frame, MachineState State, long Since, string Seen, float Confidence, InferenceResult Result, TimeSpan RoundTrip)
{
    /// <summary>Seconds of the sensor's time.</summary>
    public double Seconds => (Frame + 1) / MachineSimulator.FrameRate;

    public bool IsRight => Seen == State.Label();

    /// <summary>The moments of a result's frames.</summary>
    public static IEnumerable<DemoMoment> Of(
        InferenceResult result, TimeSpan roundTrip, IReadOnlyList<string> labels, SimulatedSensor sensor)
    {
        for (int i = 0; i < result.Count; i++)
        {
            ReadOnlySpan<float> outputs = result.Outputs.Span.Slice(i * labels.Count, labels.Count);
            int best = 0;
            for (int label = 1; label < outputs.Length; label++)
            {
                if (outputs[label] > outputs[best])
                    best = label;
            }

            (MachineState state, long since) = sensor.StateAt(result.FirstIndex + i);
            yield return new DemoMoment(result.FirstIndex + i, state, since, labels[best], outputs[best], result, roundTrip);
        }
    }
}
