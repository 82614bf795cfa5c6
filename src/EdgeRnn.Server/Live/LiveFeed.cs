using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Threading.Channels;

namespace EdgeRnn.Server.Live;

/// <summary>
/// Sends a snapshot per second to the viewers of the page. One sampler serves all of them; it starts with the first viewer and stops with
/// the last, so that nothing is measured without one.
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

    /// <summary>Whether there is a viewer.</summary>
    public bool IsWatched
    {
        get
        {
            lock (_gate)
                return _sampler is not null;
        }
    }

    /// <summary>Adds a viewer unless there are <see cref="MaxViewers"/>, or the server is stopping.</summary>
    public bool TryJoin([NotNullWhen(true)] out LiveViewer? viewer)
    {
        lock (_gate)
        {
            viewer = null;
            if (_isClosed || _viewers.Count == MaxViewers)
                return false;
            // A slow viewer misses snapshots: only the newest one counts.
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

    /// <summary>Ends the streams of all viewers and admits no more: the server is stopping.</summary>
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

/// <summary>One viewer of the page, until disposed.</summary>
internal sealed class LiveViewer(ChannelReader<LiveSnapshot> snapshots, Action leave) : IDisposable
{
    /// <summary>The newest snapshot; completes when the server stops.</summary>
    public ChannelReader<LiveSnapshot> Snapshots => snapshots;

    public void Dispose() => leave();
}
