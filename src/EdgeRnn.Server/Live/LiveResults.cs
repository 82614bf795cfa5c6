using System.Collections.Concurrent;
using System.Globalization;
using EdgeRnn.Protocol;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Sessions;
using Grpc.Core;

namespace EdgeRnn.Server.Live;

/// <summary>The last result of each stream, as it was sent. It is decoded only for a viewer.</summary>
internal sealed class LiveResults
{
    private readonly ConcurrentDictionary<StreamSession, WatchedResponses> _streams = new();

    /// <summary>Wraps a stream's responses, to remember its last result until the wrapper is disposed.</summary>
    public WatchedResponses Watch(StreamSession session, IServerStreamWriter<StreamInferResponse> responses) =>
        _streams[session] = new WatchedResponses(responses, () => _streams.TryRemove(session, out _));

    /// <summary>The strongest output of the last answered frame; null if there is none yet.</summary>
    public LiveResult? LastOf(StreamSession session)
    {
        if (!_streams.TryGetValue(session, out WatchedResponses? stream) || stream.Last is not { Count: > 0 } result)
            return null;
        RecurrentModel model = session.Model;
        float[] outputs = FramePayload.Unpack(result.Outputs)[^model.OutputSize..];
        int strongest = Array.IndexOf(outputs, outputs.Max());
        string label = model.Labels.Count > 0
            ? model.Labels[strongest]
            : string.Create(CultureInfo.InvariantCulture, $"output {strongest}");
        float? value = float.IsFinite(outputs[strongest]) ? outputs[strongest] : null;
        return new LiveResult(
            strongest, label, value, model.HeadActivation != HeadActivation.None, (long)(result.FirstIndex + result.Count));
    }
}

/// <summary>Passes responses on to the client and keeps a reference to the last result.</summary>
internal sealed class WatchedResponses(IServerStreamWriter<StreamInferResponse> responses, Action forget)
    : IServerStreamWriter<StreamInferResponse>, IDisposable
{
    private volatile Result? _last;

    public Result? Last => _last;

    public WriteOptions? WriteOptions
    {
        get => responses.WriteOptions;
        set => responses.WriteOptions = value;
    }

    public Task WriteAsync(StreamInferResponse message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(StreamInferResponse message, CancellationToken cancellationToken)
    {
        if (message.Result is { } result)
            _last = result;
        return responses.WriteAsync(message, cancellationToken);
    }

    public void Dispose() => forget();
}
