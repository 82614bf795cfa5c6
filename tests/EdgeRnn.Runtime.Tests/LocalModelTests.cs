using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Tests.Sessions;

namespace EdgeRnn.Runtime.Tests;

public sealed class LocalModelTests : IDisposable
{
    private readonly SamplePackages _packages = new SamplePackages().Add("local", seed: 3);
    private readonly LocalModel _model;

    public LocalModelTests() => _model = LocalModel.Load(Path.Combine(_packages.Models, "local"));

    public void Dispose()
    {
        _model.Dispose();
        _packages.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(3, 1, 7)]
    public async Task RunAsync_AnyBlocksAndBatches_GivesTheBitsOfOneGo(params int[] blockSteps)
    {
        float[] frames = SamplePackages.Frames(53, seed: 1);
        List<LocalResult> results = await RunAsync(frames, new LocalRunOptions { BlockSteps = blockSteps });

        using var runtime = new SessionFixture(folder: _packages.Models);
        Assert.Equal(runtime.Expected(frames, "local"), results.SelectMany(result => result.Outputs.ToArray()));
        Assert.Equal(53, results.Sum(result => result.BlockSteps));
        Assert.Equal(blockSteps[0], results[0].BlockSteps);
    }

    [Fact]
    public async Task RunAsync_OutputEvery_ReturnsMultiplesOfIt()
    {
        List<LocalResult> results = await RunAsync(
            SamplePackages.Frames(10, seed: 2), new LocalRunOptions { BlockSteps = [4], OutputEvery = 3 });
        Assert.Equal([0, 3, 6, 9], results.SelectMany(result => Enumerable.Range(0, result.Count).Select(i => result.FirstIndex + 3 * i)));
    }

    [Fact]
    public async Task RunAsync_Twice_BeginsFromZerosEachTime()
    {
        float[] frames = SamplePackages.Frames(9, seed: 4);
        Assert.Equal(
            (await RunAsync(frames)).SelectMany(result => result.Outputs.ToArray()),
            (await RunAsync(frames)).SelectMany(result => result.Outputs.ToArray()));
    }

    [Fact]
    public async Task RunAsync_PartOfAFrame_NamesExpectedAndFound()
    {
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(new float[SamplePackages.Inputs + 1]));
        Assert.Contains(
            $"expected whole frames of {SamplePackages.Inputs} values, found {SamplePackages.Inputs + 1}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ValueThatIsNotFinite_NamesItsFrame()
    {
        float[] frames = SamplePackages.Frames(3, seed: 5);
        frames[2 * SamplePackages.Inputs + 1] = float.NaN;
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(frames));
        Assert.Contains("expected finite values, found NaN at frame 2, value 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData(0)]
    [InlineData(4097)]
    public async Task RunAsync_BlockStepsOutOfRange_NamesTheRange(params int[] blockSteps)
    {
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            () => RunAsync(SamplePackages.Frames(1, seed: 1), new LocalRunOptions { BlockSteps = blockSteps }));
        Assert.Contains("1 to 4096", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderWithoutAManifest_SaysSo()
    {
        ModelException error = Assert.Throws<ModelException>(() => LocalModel.Load(_packages.Models));
        Assert.Contains("expected a model package", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadEmbedded_Always_DescribesTheModel()
    {
        using var model = LocalModel.LoadEmbedded();
        Assert.Equal(("machine-vibration", 24, 5, 5), (model.Name, model.FrameSize, model.OutputSize, model.Labels.Count));
    }

    /// <summary>Runs the values in batches of 7 frames.</summary>
    private async Task<List<LocalResult>> RunAsync(float[] values, LocalRunOptions? options = null)
    {
        List<LocalResult> results = [];
        await foreach (LocalResult result in _model.RunAsync(Batches(values), options))
            results.Add(result);
        return results;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<float>> Batches(float[] values)
    {
        for (int i = 0; i < values.Length; i += 7 * SamplePackages.Inputs)
        {
            await Task.Yield();
            yield return values.AsMemory(i, Math.Min(7 * SamplePackages.Inputs, values.Length - i));
        }
    }
}
