using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Threading.Channels;

namespace EdgeRnn.Server.Live;

/// <summary>
/// Who looks at the page. One sampler serves all viewers; it begins with the first and ends with the last, so that nothing is measured
/// for nobody.
/// </summary>
internal sealed class LiveFeed(LiveSources sources, IMeterFactory meters, TimeProvider time) : IDisposable
{
    public const int MaxViewers = 16;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<Channel<LiveSnapshot>> _viewers = [];
    private LiveSampler? _sampler;
    private ITimer? _timer;
    private bool _isClosed;

    /// <summary>Whether anything is measured.</summary>
    public bool IsWatched
    {
        get
        {
            lock (_gate)
                return _sampler is not null;
        }
    }

    /// <summary>Lets a viewer in, unless there are too many.</summary>
    public bool TryJoin([NotNullWhen(true)] out LiveViewer? viewer)
    {
        lock (_gate)
        {
            viewer = null;
            if (_isClosed || _viewers.Count == MaxViewers)
                return false;
            // A viewer that is slow misses snapshots; there is always a newer one.
            var snapshots = Channel.CreateBounded<LiveSnapshot>(
                new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            _viewers.Add(snapshots);
            viewer = new LiveViewer(snapshots.Reader, () => Leave(snapshots));
            if (_sampler is null)
            {
                _sampler = new LiveSampler(sources, new LiveMeasurements(meters), time);
                _timer = time.CreateTimer(static feed => ((LiveFeed)feed!).Send(), this, TimeSpan.Zero, Period);
            }

            return true;
        }
    }

    /// <summary>Sends everybody away and lets nobody in any more: the server stops.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (Channel<LiveSnapshot> viewer in _viewers)
                viewer.Writer.TryComplete();
            _viewers.Clear();
            Stop();
        }
    }

    private void Leave(Channel<LiveSnapshot> viewer)
    {
        lock (_gate)
        {
            if (_viewers.Remove(viewer) && _viewers.Count == 0)
                Stop();
        }
    }

    private void Send()
    {
        lock (_gate)
        {
            if (_sampler is null)
                return;
            LiveSnapshot snapshot = _sampler.Sample();
            foreach (Channel<LiveSnapshot> viewer in _viewers)
                viewer.Writer.TryWrite(snapshot);
        }
    }

    private void Stop()
    {
        _timer?.Dispose();
        _sampler?.Dispose();
        _timer = null;
        _sampler = null;
    }
}

/// <summary>One who looks, until disposed.</summary>
internal sealed class LiveViewer(ChannelReader<LiveSnapshot> snapshots, Action leave) : IDisposable
{
    /// <summary>The newest snapshots, until the server stops.</summary>
    public ChannelReader<LiveSnapshot> Snapshots => snapshots;

    public void Dispose() => leave();
}
