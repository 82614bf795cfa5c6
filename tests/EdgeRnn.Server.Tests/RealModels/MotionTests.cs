using System.Text.Json;

namespace EdgeRnn.Server.Tests.RealModels;

/// <summary>Two recordings of a phone's motion, each streamed as a whole: the state is carried over some 8000 frames.</summary>
public sealed class MotionTests(RealModelServer server) : IClassFixture<RealModelServer>
{
    private const int FrameSize = 30;
    private const int Classes = 5;
    private static readonly string[] Recordings = ["exp11_user07", "exp12_user08"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [SharedDataFact]
    public async Task Stream_Motion_PredictsTheExpectedClassOnEveryFrame()
    {
        foreach (string recording in Recordings)
        {
            float[] logits = await InferAsync(recording, blockSteps: 16);

            // Classes count from 1 in the file.
            IEnumerable<int> predicted = logits.Chunk(Classes).Select(frame => Logits.Decide<float>(frame) + 1);
            Assert.Equal(Expected().Bytes($"{recording}.pred").Select(label => (int)label), predicted);
        }
    }

    [SharedDataFact]
    public async Task Stream_Motion_LogitsAreTheExpectedOnes()
    {
        JsonElement figures = Logits.ReadConfiguration(RealModelServer.Motion).GetProperty("per_stream");
        foreach (string recording in Recordings)
        {
            float[] logits = await InferAsync(recording, blockSteps: 7);

            double tolerance = Logits.Tolerance(figures.GetProperty(recording));
            Logits.AssertClose(Expected().Doubles($"{recording}.logits_f64"), logits, tolerance, recording);
        }
    }

    private static TensorFile Expected() => new(SharedData.PathOf($"trained/{RealModelServer.Motion}/expected.safetensors"));

    /// <summary>The logits of a recording, [frames][5].</summary>
    private async Task<float[]> InferAsync(string recording, int blockSteps)
    {
        float[] samples = new TensorFile(SharedData.PathOf("data/difronzo-users-7-8/streams.safetensors")).Singles($"{recording}.x");
        // A frame is five consecutive samples of six values; an incomplete one at the end is dropped.
        Memory<float> frames = samples.AsMemory(0, samples.Length / FrameSize * FrameSize);
        using var limit = new CancellationTokenSource(Limit);
        return await server.InferAsync(RealModelServer.Motion, frames, blockSteps, limit.Token);
    }
}
