using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Threading.Channels;

namespace EdgeRnn.Server.Live;

/// <summary>Keeps 15 minutes of history from its start on, and sends a snapshot per second to the viewers of the page.</summary>
internal sealed class LiveFeed(LiveSources sources, TimeProvider time) : IDisposable
{
    public const int MaxViewers = 16;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<Channel<LiveSnapshot>> _viewers = [];
    private readonly LiveSampler _sampler = new(sources, time);
    private ITimer? _timer;
    private byte[]? _course;
    private bool _isClosed;

    /// <summary>Begins the history.</summary>
    public void Start()
    {
        lock (_gate)
            _timer ??= time.CreateTimer(static feed => ((LiveFeed)feed!).Tick(), this, Period, Period);
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
            snapshots.Writer.TryWrite(_sampler.Sample());
            _viewers.Add(snapshots);
            viewer = new LiveViewer(snapshots.Reader, () => Leave(snapshots));
            return true;
        }
    }

    /// <summary>The last 15 minutes as JSON. It is made once per step, however many ask.</summary>
    public byte[] Course
    {
        get
        {
            lock (_gate)
                return _course ??= JsonSerializer.SerializeToUtf8Bytes(_sampler.Course(), LiveJson.Default.LiveCourse);
        }
    }

    /// <summary>One stream in detail as JSON; null if it is not open.</summary>
    public byte[]? Detail(string id)
    {
        lock (_gate)
            return _sampler.Detail(id) is { } detail ? JsonSerializer.SerializeToUtf8Bytes(detail, LiveJson.Default.LiveStreamDetail) : null;
    }

    /// <summary>Ends the streams of all viewers and admits no more: the server is stopping.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _timer?.Dispose();
            foreach (Channel<LiveSnapshot> viewer in _viewers)
                viewer.Writer.TryComplete();
            _viewers.Clear();
        }
    }

    private void Leave(Channel<LiveSnapshot> viewer)
    {
        lock (_gate)
            _viewers.Remove(viewer);
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            if (_sampler.Tick())
                _course = null;
            if (_viewers.Count == 0)
                return;
            LiveSnapshot snapshot = _sampler.Sample();
            foreach (Channel<LiveSnapshot> viewer in _viewers)
                viewer.Writer.TryWrite(snapshot);
        }
    }
}

/// <summary>One viewer of the page, until disposed.</summary>
internal sealed class LiveViewer(ChannelReader<LiveSnapshot> snapshots, Action leave) : IDisposable
{
    /// <summary>The newest snapshot; completes when the server stops.</summary>
    public ChannelReader<LiveSnapshot> Snapshots => snapshots;

    public void Dispose() => leave();
}
