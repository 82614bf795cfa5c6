using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests;

/// <summary>A pass whose panels other threads compute gives the bits of one thread.</summary>
public sealed class PanelShareTests
{
    private const int MaxFrames = 40;

    public static TheoryData<string> Kernels => new(TestData.KernelNames);

    [Theory, MemberData(nameof(Kernels))]
    public void Run_ClaimsTakenAtRandom_GivesTheBitsOfOneThread(string kernels)
    {
        for (int seed = 1; seed <= 100; seed++)
        {
            var random = new Random(seed);
            using GateLayer layer = RandomLayer(random, kernels);
            // Helps on the owner's thread, so that some claims are certain to be taken.
            var helpers = new TestHelpers(random.Next(1, 10))
            {
                OnInvite = share =>
                {
                    for (int i = random.Next(20); i > 0; i--)
                        share.TryHelp();
                },
            };
            AssertSameBits(layer, helpers, random, passes: 5, $"{kernels}, seed {seed}");
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Run_WithOneToThreeHelperThreads_GivesTheBitsOfOneThread(string kernels)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            using GateLayer layer = RandomLayer(random, kernels);
            PanelShare? current = null;
            bool stop = false;
            var helpers = new TestHelpers(random.Next(1, 4)) { OnInvite = share => Volatile.Write(ref current, share) };
            Thread[] threads = [.. Enumerable.Range(0, helpers.Count).Select(_ => new Thread(() =>
            {
                while (!Volatile.Read(ref stop))
                {
                    if (Volatile.Read(ref current)?.TryHelp() != true)
                        Thread.Yield();
                }
            }))];
            foreach (Thread thread in threads)
                thread.Start();
            try
            {
                AssertSameBits(layer, helpers, random, passes: 30, $"{kernels}, {helpers.Count} helpers, seed {seed}", () =>
                {
                    Volatile.Write(ref stop, true);
                    Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(1))));
                });
            }
            finally
            {
                Volatile.Write(ref stop, true);
            }
        }
    }

    [Fact]
    public void Run_Shared_AllocatesNothing()
    {
        using GateLayer layer = RandomLayer(new Random(1), KernelSet.Available[0].Name);
        var helpers = new TestHelpers(2) { OnInvite = share => share.TryHelp() };
        using PanelShare share = PanelShare.Create([layer], MaxFrames, helpers, minWork: 0)!;
        using var run = new LayerRun(layer, new float[9 * layer.Inputs], new float[9 * layer.Units]);
        using AlignedBuffer state = LayerRun.State(layer, new float[layer.StateVectors * layer.Units]);
        Segment[] segments = [new(state, 9)];
        for (int i = 0; i < 200; i++)
            run.Run(segments, share: share);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
            run.Run(segments, share: share);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(share.WasHelped);
    }

    [Fact]
    public void Run_ShareOfSmallerLayer_Throws()
    {
        using GateLayer small = Linear(7, 13), large = Linear(7, 100);
        using PanelShare share = PanelShare.Create([small], 4, new TestHelpers(1), minWork: 0)!;
        using var run = new LayerRun(large, new float[4 * 7], new float[4 * 100]);
        using AlignedBuffer state = new(1);

        ArgumentException error = Assert.Throws<ArgumentException>(() => run.Run([new Segment(state, 4)], share: share));

        Assert.Contains("The share was not made for this layer and 4 frames.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OnlySmallLayers_ReturnsNull()
    {
        using GateLayer small = Linear(96, 96), large = Linear(1024, 1024);

        Assert.Null(PanelShare.Create([small], 8, new TestHelpers(1)));
        PanelShare.Create([small, large], 64, new TestHelpers(1))!.Dispose();
    }

    [Fact]
    public void TryHelp_NothingOffered_ReturnsFalse()
    {
        using GateLayer layer = Linear(7, 100);
        using PanelShare share = PanelShare.Create([layer], 4, new TestHelpers(1), minWork: 0)!;

        Assert.False(share.TryHelp());
    }

    private static GateLayer Linear(int inputs, int units) =>
        KernelSet.Available[0].Compile(new LinearCell(inputs, units, new float[inputs * units], default, OutputActivation.None));

    private static GateLayer RandomLayer(Random random, string kernels)
    {
        var precision = (WeightPrecision)random.Next(Enum.GetValues<WeightPrecision>().Length);
        string[] names = [.. CellCase.Names];
        var cell = CellCase.Random(names[random.Next(names.Length)], random, random.Next(1, 40), random.Next(1, 300)).ToCell();
        return KernelSet.Select(kernels).Compile(cell, precision);
    }

    /// <summary>Runs each pass of random sessions on one thread and with helpers, and compares.</summary>
    private static void AssertSameBits(
        GateLayer layer, TestHelpers helpers, Random random, int passes, string what, Action? beforeDisposal = null)
    {
        using PanelShare share = PanelShare.Create([layer], MaxFrames, helpers, minWork: 0)!;
        // Disposed at the end, because late helpers may read the inputs of a pass that has ended.
        List<LayerRun> runs = [];
        try
        {
            for (int pass = 0; pass < passes; pass++)
            {
                int[] counts = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 11))];
                float[] frames = random.Normals(counts.Sum() * layer.Inputs), skip = random.Normals(counts.Sum() * layer.Units);
                float[][] starts = [.. counts.Select(_ => random.Normals(layer.StateVectors * layer.Units))];
                Check.SameBits(Run(null), Run(share), $"pass {pass} of {layer.Inputs} x {layer.Units}, {what}");

                float[] Run(PanelShare? passShare)
                {
                    Segment[] segments =
                        [.. counts.Zip(starts).Select(pair => new Segment(LayerRun.State(layer, pair.Second), pair.First))];
                    var run = new LayerRun(layer, frames, skip);
                    runs.Add(run);
                    run.Run(segments, share: passShare);
                    float[] results = [.. run.Outputs, .. segments.SelectMany(segment => LayerRun.Units(layer, segment.State))];
                    foreach (Segment segment in segments)
                        segment.State.Dispose();
                    return results;
                }
            }
        }
        finally
        {
            beforeDisposal?.Invoke();
            runs.ForEach(run => run.Dispose());
        }
    }
}

/// <summary>Helpers that do what the test sets.</summary>
internal sealed class TestHelpers(int count) : IPanelHelpers
{
    public Action<PanelShare> OnInvite { get; init; } = _ => { };

    public int Count => count;

    public void Invite(PanelShare share) => OnInvite(share);
}
