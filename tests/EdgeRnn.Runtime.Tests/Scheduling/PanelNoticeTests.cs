using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Tests.Scheduling;

public sealed class PanelNoticeTests : IDisposable
{
    private const int Units = 400;

    private readonly PassDispatcher _dispatcher = new(new RuntimeOptions(), TimeProvider.System);
    private readonly GateLayer _layer = KernelSet.Available[0].Compile(
        new LinearCell(Units, Units, new float[Units * Units], default, OutputActivation.None));

    public void Dispose() => _layer.Dispose();

    [Fact]
    public void Invite_NobodyEverHelps_WakesEverMoreRarely()
    {
        RunLayers(1000, (_, _) => { });

        // After 1, 3, 7, … 127 layers without, then every 128th.
        Assert.InRange(_dispatcher.Invitations, 10, 16);
    }

    [Fact]
    public void Invite_SomebodyHelps_WakesForEveryLayer()
    {
        RunLayers(200, (_, share) => Assert.True(share.TryHelp()));

        Assert.Equal(200, _dispatcher.Invitations);
    }

    [Fact]
    public void Invite_SomebodyHelpsAgain_WakesForEveryLayerAgain()
    {
        RunLayers(500, (layer, share) => Assert.True(layer < 300 || share.TryHelp()));

        Assert.InRange(_dispatcher.Invitations, 200 + 5, 200 + 12);
    }

    [Fact]
    public async Task WaitForWork_Invited_Returns()
    {
        int invitations = _dispatcher.Invitations;
        Task<bool> waiting = Task.Run(() => _dispatcher.WaitForWork(invitations));

        _dispatcher.Invite(1);

        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task WaitForWork_Stopped_ReturnsFalse()
    {
        Task<bool> waiting = Task.Run(() => _dispatcher.WaitForWork(_dispatcher.Invitations));

        _dispatcher.Stop();

        Assert.False(await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    /// <summary>Runs a layer that is worth sharing, and lets <paramref name="help"/> do what helpers would.</summary>
    private void RunLayers(int count, Action<int, PanelShare> help)
    {
        int layer = 0;
        var notice = new PanelNotice(_dispatcher, helpers: 1);
        var helpers = new Helpers(share =>
        {
            notice.Invite(share);
            help(layer, share);
        });
        const int frames = 32;
        using PanelShare share = PanelShare.Create([_layer], frames, helpers)!;
        using AlignedBuffer inputs = new(frames * Units), outputs = new(frames * Units), state = new(1);
        using var scratch = new AlignedBuffer(_layer.ScratchLength(frames));
        for (; layer < count; layer++)
            _layer.Run(new(inputs, Units), default, new(outputs, Units), [new Segment(state, frames)], 0, scratch, share);
    }

    private sealed class Helpers(Action<PanelShare> invite) : IPanelHelpers
    {
        public int Count => 1;

        public void Invite(PanelShare share) => invite(share);
    }
}
