using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Grpc.HealthCheck;

/// <summary>Keeps a serving status per service name, answers <c>Check</c> from it and tells each <c>Watch</c> of every change.</summary>
public class HealthServiceImpl : Health.V1.Health.HealthBase
{
    /// <summary>Changes a slow watcher may lag behind; beyond that the oldest are dropped, as only the present status matters.</summary>
    private const int WatcherCapacity = 5;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ChannelWriter<ServingStatus>>> _watchers = new(StringComparer.Ordinal);

    public void SetStatus(string service, ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_lock)
        {
            var changed = Current(service) != status;
            _statuses[service] = status;
            if (changed)
                Notify(service, status);
        }
    }

    public void ClearStatus(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_lock)
        {
            var changed = Current(service) != ServingStatus.ServiceUnknown;
            _statuses.Remove(service);
            if (changed)
                Notify(service, ServingStatus.ServiceUnknown);
        }
    }

    public void ClearAll()
    {
        lock (_lock)
        {
            foreach (var service in _statuses.Keys.ToArray())
                ClearStatus(service);
        }
    }

    /// <exception cref="RpcException">NOT_FOUND: no status was set for the service.</exception>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        lock (_lock)
        {
            return _statuses.TryGetValue(request.Service, out var status)
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : throw new RpcException(new Status(StatusCode.NotFound, ""));
        }
    }

    /// <summary>Runs until the call's token is cancelled.</summary>
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var changes = Channel.CreateBounded<ServingStatus>(
            new BoundedChannelOptions(WatcherCapacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            WatchersOf(request.Service).Add(changes.Writer);
            // Under the same lock as every change, so that the present status comes first and no change is lost.
            changes.Writer.TryWrite(Current(request.Service));
        }

        using var ended = context.CancellationToken.Register(() => changes.Writer.TryComplete());
        try
        {
            await foreach (var status in changes.Reader.ReadAllAsync().ConfigureAwait(false))
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }).ConfigureAwait(false);
        }
        finally
        {
            Forget(request.Service, changes.Writer);
        }
    }

    private ServingStatus Current(string service) => _statuses.GetValueOrDefault(service, ServingStatus.ServiceUnknown);

    private HashSet<ChannelWriter<ServingStatus>> WatchersOf(string service)
    {
        if (!_watchers.TryGetValue(service, out var writers))
            _watchers.Add(service, writers = []);
        return writers;
    }

    private void Notify(string service, ServingStatus status)
    {
        if (!_watchers.TryGetValue(service, out var writers))
            return;
        foreach (var writer in writers)
            writer.TryWrite(status);
    }

    private void Forget(string service, ChannelWriter<ServingStatus> writer)
    {
        lock (_lock)
        {
            var writers = _watchers[service];
            writers.Remove(writer);
            if (writers.Count == 0)
                _watchers.Remove(service);
        }
    }
}
