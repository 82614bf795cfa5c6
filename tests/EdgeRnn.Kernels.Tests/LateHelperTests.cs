namespace EdgeRnn.Kernels.Tests;

/// <summary>A helper that lost its core in the middle of a claim, or that fails, costs a pass nothing but the help.</summary>
public sealed class LateHelperTests : IDisposable
{
    private const int Inputs = 7, Units = 100, Frames = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly float[] _frames = new Random(1).Normals(Frames * Inputs);
    private readonly ProbeLayer _layer = new(Inputs, Units);
    private readonly LayerRun _run;
    private readonly AlignedBuffer _state;

    public LateHelperTests()
    {
        _run = new LayerRun(_layer, _frames, new float[Frames * Units]);
        _state = new AlignedBuffer(_layer.StateSize);
    }

    public void Dispose()
    {
        _run.Dispose();
        _state.Dispose();
        _layer.Dispose();
    }

    [Fact]
    public async Task Run_HelperStuckInItsClaim_EndsWithoutItAndIgnoresWhatItDoesLater()
    {
        using var stuck = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        float[] expected = Run(null);
        Task<bool>? helper = null;
        using PanelShare share = Share(own =>
        {
            if (helper is not null) return;
            _layer.OnMultiply = () =>
            {
                stuck.Release();
                Assert.True(goOn.Wait(Limit));
            };
            helper = Task.Run(own.TryHelp);
            Assert.True(stuck.Wait(Limit));
            _layer.OnMultiply = () => { };
        });

        float[] during = await Task.Run(() => Run(share)).WaitAsync(Limit);
        Assert.False(helper!.IsCompleted);
        goOn.Release();
        Assert.True(await helper.WaitAsync(Limit));

        Check.SameBits(expected, during, "with a helper that is stuck");
        Check.SameBits(expected, Run(share), "after it has gone on");
    }

    [Fact]
    public async Task Dispose_HelperStillAtWork_KeepsTheWeightsUntilItHasDone()
    {
        using var stuck = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        Task<bool>? helper = null;
        _layer.OnMultiply = () =>
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
        Assert.False(_layer.TryEnter());
    }

    [Fact]
    public void Run_HelperFails_ComputesItsClaimItself()
    {
        float[] expected = Run(null);
        _layer.OnMultiply = () => throw new InvalidOperationException();
        using PanelShare share = Share(own => Assert.False(own.TryHelp()));

        Check.SameBits(expected, Run(share), "with a helper that fails");
        Assert.False(share.WasHelped);
        _layer.OnMultiply = () => { };
        using PanelShare helped = Share(own => Assert.True(own.TryHelp()));
        Check.SameBits(expected, Run(helped), "with one that does not");
        Assert.True(helped.WasHelped);
    }

    [Fact]
    public void TryHelp_AllSlotsFilled_LeavesTheRestToTheOwner()
    {
        float[] expected = Run(null);
        using PanelShare share = Share(own => Assert.Equal([true, true, false], new[] { own.TryHelp(), own.TryHelp(), own.TryHelp() }));

        Check.SameBits(expected, Run(share), "with both slots filled");
    }

    private PanelShare Share(Action<PanelShare> onInvite)
        => PanelShare.Create([_layer], Frames, new TestHelpers(1) { OnInvite = onInvite }, leastWork: 0)!;

    private float[] Run(PanelShare? share)
    {
        _state.Span.Clear();
        _run.Run([new Segment(_state, 2), new Segment(_state, Frames - 2)], share: share);
        return [.. _run.Outputs, .. LayerRun.Units(_layer, _state)];
    }

    /// <summary>A scalar SRU layer that tells when a helper multiplies.</summary>
    private sealed unsafe class ProbeLayer(int inputs, int units) : GateLayer(inputs, units, 3, 3 * units * inputs, 1, false, 0, 0)
    {
        private readonly PackedWeights _weights = new(
            new Random(2).Normals(3 * units * inputs), new Random(3).Normals(3 * units), new Random(4).Normals(3 * units),
            gates: 3, units, inputs, Lanes1.Count, length => new AlignedBuffer(length));

        public Action OnMultiply { get; set; } = () => { };

        public bool IsFreed => _weights.Data == null;

        internal override void MultiplyRuns(int first, int end, PanelProduct product, float* sums)
        {
            OnMultiply();
            SharedGemm.Multiply<Lanes1, SruKernel<NoSkip, TanhActivation>>(_weights, first, end, product, sums);
        }

        private protected override void Run(
            FrameRows inputs, FrameRows skip, FrameRows outputs, int frames, ReadOnlySpan<Segment> segments, int stateOffset,
            AlignedBuffer scratch, PanelShare? share)
        {
            var pass = new Pass
            {
                Frames = frames,
                Inputs = InputPacking.Pack<Lanes1, SruKernel<NoSkip, TanhActivation>>(
                    inputs.Buffer.Pointer, inputs.Stride, frames, Inputs, scratch.Pointer),
                Skip = null,
                SkipStride = 0,
                Outputs = outputs.Buffer.Pointer,
                OutputStride = outputs.Stride,
                Segments = segments,
                StateOffset = stateOffset,
            };
            SharedGemm.Run<Lanes1, SruKernel<NoSkip, TanhActivation>>(this, _weights, in pass, share);
        }

        private protected override void Free() => _weights.Dispose();
    }
}
