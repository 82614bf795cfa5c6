using System.Collections.Concurrent;

namespace EdgeRnn.Server.Tests.RealModels;

/// <summary>300 spoken digits as log-mel frames, several streams at a time, with many block sizes.</summary>
public sealed class SpokenDigitTests(RealModelServer server) : IClassFixture<RealModelServer>
{
    private const int Digits = 10;
    private const int ParallelStreams = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [SharedDataFact]
    public async Task Stream_SpokenDigits_ClassifiesAsTrained()
    {
        IReadOnlyDictionary<string, float[]> logits = await InferAllAsync();

        int right = logits.Count(clip => DecideClip(clip.Value) == clip.Key[0] - '0');

        Assert.Equal(300, logits.Count);
        Assert.Equal(297, right);
    }

    [SharedDataFact]
    public async Task Stream_SpokenDigits_LogitsAreTheExpectedOnes()
    {
        IReadOnlyDictionary<string, float[]> logits = await InferAllAsync();
        var expected = new TensorFile(SharedData.PathOf($"trained/{RealModelServer.Digits}/expected.safetensors"));
        double tolerance = Logits.Tolerance(Logits.ReadConfiguration(RealModelServer.Digits));

        int compared = 0;
        foreach ((string? clip, float[]? found) in logits.Where(clip => expected.Contains($"{clip.Key}.logits_f64")))
        {
            Logits.AssertClose(expected.Doubles($"{clip}.logits_f64"), found, tolerance, clip);
            compared++;
        }

        Assert.Equal(30, compared);
    }

    /// <summary>The logits of every clip, [frames][10], by the clip's name.</summary>
    private async Task<IReadOnlyDictionary<string, float[]>> InferAllAsync()
    {
        const string suffix = ".logmel";
        var clips = new TensorFile(SharedData.PathOf("data/fsdd-test-logmel/clips.safetensors"));
        IEnumerable<string> names = clips.Names.Where(name => name.EndsWith(suffix, StringComparison.Ordinal));
        using var limit = new CancellationTokenSource(Limit);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelStreams, CancellationToken = limit.Token };
        var logits = new ConcurrentDictionary<string, float[]>();
        await Parallel.ForEachAsync(names.Index(), parallel, async (clip, token) =>
        {
            (int index, string? name) = clip;
            logits[name[..^suffix.Length]] = await server.InferAsync(RealModelServer.Digits, clips.Singles(name), 1 + index % 40, token);
        });
        return logits;
    }

    /// <summary>A clip's digit: the argmax of its mean logits.</summary>
    private static int DecideClip(float[] logits)
    {
        double[] sums = new double[Digits];
        for (int i = 0; i < logits.Length; i++)
            sums[i % Digits] += logits[i];
        return Logits.Decide<double>(sums);
    }
}
