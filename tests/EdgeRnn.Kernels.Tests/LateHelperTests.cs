using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests;

/// <summary>A helper that lost its core in the middle of a claim, or that fails, costs a pass nothing but the help.</summary>
public sealed class LateHelperTests : IDisposable
{
    // Enough units that a claim is of several runs.
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
    public async Task Run_HelperStuckInItsClaim_EndsWithoutItAndIgnoresWhatItDoesLater()
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
        // In the middle of the next pass its results arrive.
        onInvite = _ =>
        {
            goOn.Release();
            Assert.True(SpinWait.SpinUntil(() => helper.IsCompletedSuccessfully, Limit));
        };
        float[] after = await Task.Run(() => Run(share, _other)).WaitAsync(Limit);

        // And in the one after, all three slots are free again.
        _layer.OnComputed = () => { };
        onInvite = own => Assert.True(own.TryHelp() && own.TryHelp() && own.TryHelp());
        Run(share);

        Check.SameBits(expected, during, "with a helper that is stuck");
        Check.SameBits(otherExpected, after, "when it has gone on");
    }

    [Fact]
    public async Task Dispose_HelperStillAtWork_KeepsTheWeightsUntilItHasDone()
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
        Assert.False(_layer.TryEnter());
    }

    [Fact]
    public void Run_HelperFails_ComputesItsClaimItself()
    {
        float[] expected = Run(null);
        _layer.OnComputed = () => throw new InvalidOperationException();
        using PanelShare share = Share(own => Assert.False(own.TryHelp()));

        Check.SameBits(expected, Run(share), "with a helper that fails");
        Assert.False(share.WasHelped);
        _layer.OnComputed = () => { };
        using PanelShare helped = Share(own => Assert.True(own.TryHelp()));
        Check.SameBits(expected, Run(helped), "with one that does not");
        Assert.True(helped.WasHelped);
    }

    [Fact]
    public void Run_OwnerComputedPartOfALateClaim_TakesOnlyTheOthers()
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

    /// <summary>A scalar SRU layer that tells when a helper has computed, before it hands over.</summary>
    private sealed unsafe class ProbeLayer(int inputs, int units) : GateLayer(inputs, units, 3, 3 * units * inputs, 1, false, 0, 0)
    {
        private readonly PackedWeights _weights = PackedWeights.Pack<Lanes1, SingleWeights>(
            new Random(2).Normals(3 * units * inputs), new Random(3).Normals(3 * units), new Random(4).Normals(3 * units),
            gates: 3, units, inputs, length => new AlignedBuffer(length));

        public Action OnComputed { get; set; } = () => { };

        /// <summary>Which runs a pass computes itself, whether claimed or not, before it takes what helpers have computed.</summary>
        public Func<int, bool>? IsLate { get; set; }

        public bool IsFreed => _weights.Data == null;

        internal override void RunPanels(int first, int end, PanelOffer offer, PanelSlot slot)
        {
            SharedGemm.Fill<Lanes1, SruKernel<NoSkip, TanhActivation>, SingleWeights>(_weights, first, end, offer, slot);
            OnComputed();
        }

        private protected override void Run(
            FrameRows inputs, FrameRows skip, FrameRows outputs, int frames, ReadOnlySpan<Segment> segments, int stateOffset,
            AlignedBuffer scratch, PanelShare? share)
        {
            var pass = new Pass
            {
                Frames = frames,
                Inputs = InputPacking.Pack<Lanes1, SruKernel<NoSkip, TanhActivation>, SingleWeights>(
                    inputs.Buffer.Pointer, inputs.Stride, frames, Inputs, scratch.Pointer),
                FrameScales = null,
                Skip = null,
                SkipStride = 0,
                Outputs = outputs.Buffer.Pointer,
                OutputStride = outputs.Stride,
                Segments = segments,
                StateOffset = stateOffset,
            };
            if (share is not null && IsLate is not null)
                RunPartly(in pass, share);
            else
                SharedGemm.Run<Lanes1, SruKernel<NoSkip, TanhActivation>, SingleWeights>(this, _weights, in pass, share);
        }

        private void RunPartly(in Pass pass, PanelShare share)
        {
            share.Open(this, in pass, hasState: true);
            for (int run = 0; run < Runs; run++)
            {
                if (IsLate!(run))
                    Compute(run, in pass, share);
            }

            SharedGemm.Collect<Lanes1, SruKernel<NoSkip, TanhActivation>>(this, _weights, in pass, share);
            for (int run = 0; run < Runs; run++)
            {
                if (!share.IsFinished(run))
                    Compute(run, in pass, share);
            }

            Assert.Equal(0, share.Unfinished);
            share.Close();
        }

        private void Compute(int run, in Pass pass, PanelShare share)
        {
            int panel = run * LanePadding.Units, end = Math.Min(panel + LanePadding.Units, _weights.Panels);
            GateGemm.Run<Lanes1, SruKernel<NoSkip, TanhActivation>, SingleWeights>(_weights, panel, end, in pass);
            Assert.True(share.TryFinish(run));
        }

        private protected override int PackedLength(int frames) => InputPacking.Length<SingleWeights>(frames, Inputs);

        private protected override void Free() => _weights.Dispose();
    }
}
