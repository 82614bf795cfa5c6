using EdgeRnn.Kernels.Sharing;

namespace EdgeRnn.Kernels.Tests;

/// <summary>A helper that is preempted in the middle of a claim, or that fails, changes neither the bits nor the end of a pass.</summary>
public sealed class LateHelperTests : IDisposable
{
    // Enough units for claims of several chunks.
    private const int Inputs = 7, Units = 297, Frames = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ProbeLayer _layer = new(Inputs, Units);
    private readonly LayerRun _run, _other;
    private readonly AlignedBuffer _first, _second;

    public LateHelperTests()
    {
        _run = new LayerRun(_layer, new Random(1).Normals(Frames * Inputs), new float[Frames * Units]);
        _other = new LayerRun(_layer, new Random(2).Normals(Frames * Inputs), new float[Frames * Units]);
        _first = new AlignedBuffer(_layer.StateSize);
        _second = new AlignedBuffer(_layer.StateSize);
    }

    public void Dispose()
    {
        _run.Dispose();
        _other.Dispose();
        _first.Dispose();
        _second.Dispose();
        _layer.Dispose();
    }

    [Fact]
    public async Task Run_HelperStuckInItsClaim_EndsWithoutItAndIgnoresItsLateResults()
    {
        using var stuck = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        float[] expected = Run(null), otherExpected = Run(null, _other);
        Task<bool>? helper = null;
        Action<PanelShare> onInvite = own =>
        {
            helper = Task.Run(own.TryHelp);
            Assert.True(stuck.Wait(Limit));
        };
        using PanelShare share = Share(own => onInvite(own));
        _layer.OnComputed = () =>
        {
            stuck.Release();
            Assert.True(goOn.Wait(Limit));
        };

        float[] during = await Task.Run(() => Run(share)).WaitAsync(Limit);
        Assert.False(helper!.IsCompleted);
        // Its results arrive in the middle of the next pass.
        onInvite = _ =>
        {
            goOn.Release();
            Assert.True(SpinWait.SpinUntil(() => helper.IsCompletedSuccessfully, Limit));
        };
        float[] after = await Task.Run(() => Run(share, _other)).WaitAsync(Limit);

        // In the pass after that, all three slots are free again.
        _layer.OnComputed = () => { };
        onInvite = own => Assert.True(own.TryHelp() && own.TryHelp() && own.TryHelp());
        Run(share);

        Check.SameBits(expected, during, "while the helper is stuck");
        Check.SameBits(otherExpected, after, "after it has ended");
    }

    [Fact]
    public async Task Dispose_HelperStillAtWork_KeepsTheWeightsUntilItEnds()
    {
        using var stuck = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        Task<bool>? helper = null;
        _layer.OnComputed = () =>
        {
            stuck.Release();
            Assert.True(goOn.Wait(Limit));
        };
        using PanelShare share = Share(own =>
        {
            helper = Task.Run(own.TryHelp);
            Assert.True(stuck.Wait(Limit));
        });
        Run(share);

        _layer.Dispose();
        Assert.False(_layer.IsFreed);
        Assert.Throws<ObjectDisposedException>(() => Run(null));
        goOn.Release();
        await helper!.WaitAsync(Limit);

        Assert.True(_layer.IsFreed);
        Assert.False(_layer.TryAddReference());
    }

    [Fact]
    public void Run_HelperFails_OwnerComputesItsClaim()
    {
        float[] expected = Run(null);
        _layer.OnComputed = () => throw new InvalidOperationException();
        using PanelShare share = Share(own => Assert.False(own.TryHelp()));

        Check.SameBits(expected, Run(share), "with a helper that fails");
        Assert.False(share.WasHelped);
        _layer.OnComputed = () => { };
        using PanelShare helped = Share(own => Assert.True(own.TryHelp()));
        Check.SameBits(expected, Run(helped), "with one that does not fail");
        Assert.True(helped.WasHelped);
    }

    [Fact]
    public void Run_OwnerComputedPartOfLateClaim_CopiesOnlyTheOtherChunks()
    {
        float[] expected = Run(null);
        for (int seed = 1; seed <= 50; seed++)
        {
            var random = new Random(seed);
            _layer.IsLate = _ => random.Next(2) == 0;
            using PanelShare share = Share(own => Assert.True(own.TryHelp() && own.TryHelp()));

            Check.SameBits(expected, Run(share), $"seed {seed}");
        }
    }

    [Fact]
    public void TryHelp_AllSlotsFilled_LeavesTheRestToTheOwner()
    {
        float[] expected = Run(null);
        using PanelShare share = Share(own => Assert.Equal(
            [true, true, true, false], new[] { own.TryHelp(), own.TryHelp(), own.TryHelp(), own.TryHelp() }));

        Check.SameBits(expected, Run(share), "with all slots filled");
    }

    private PanelShare Share(Action<PanelShare> onInvite) =>
        PanelShare.Create([_layer], Frames, new TestHelpers(1) { OnInvite = onInvite }, minWork: 0)!;

    private float[] Run(PanelShare? share, LayerRun? run = null)
    {
        run ??= _run;
        _first.Span.Clear();
        _second.Span.Fill(0.5f);
        run.Run([new Segment(_first, 2), new Segment(_second, Frames - 2)], share: share);
        return [.. run.Outputs, .. LayerRun.Units(_layer, _first), .. LayerRun.Units(_layer, _second)];
    }
}
