using System.Collections.Concurrent;
using System.Globalization;
using EdgeRnn.Protocol;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Sessions;
using Grpc.Core;

namespace EdgeRnn.Server.Live;

/// <summary>The last result of each stream, remembered while somebody looks.</summary>
internal sealed class LiveResults
{
    private readonly ConcurrentDictionary<StreamSession, LiveResult> _last = new();
    private volatile bool _isWatched;

    /// <summary>Whether results are remembered. To end it forgets them.</summary>
    public bool IsWatched
    {
        get => _isWatched;
        set
        {
            _isWatched = value;
            if (!value) _last.Clear();
        }
    }

    public LiveResult? LastOf(StreamSession session) => _last.GetValueOrDefault(session);

    /// <summary>Forgets the results of sessions that are over.</summary>
    public void Keep(IReadOnlySet<StreamSession> open)
    {
        foreach (StreamSession session in _last.Keys)
        {
            if (!open.Contains(session)) _last.TryRemove(session, out _);
        }
    }

    public void Delivered(StreamSession session, Result result)
    {
        if (!_isWatched || result.Count == 0) return;
        int size = session.Model.OutputSize;
        float[] last = FramePayload.Unpack(result.Outputs)[^size..];
        int strongest = 0;
        for (int i = 1; i < size; i++)
        {
            if (last[i] > last[strongest]) strongest = i;
        }

        RecurrentModel model = session.Model;
        string label = model.Labels.Count > 0 ? model.Labels[strongest] : string.Create(CultureInfo.InvariantCulture, $"output {strongest}");
        float? value = float.IsFinite(last[strongest]) ? last[strongest] : null;
        long number = (LastOf(session)?.Number ?? 0) + 1;
        _last[session] = new LiveResult(strongest, label, value, model.HeadActivation != HeadActivation.None, number);
    }
}

/// <summary>A stream's responses on their way to the client, seen by the page.</summary>
internal sealed class WatchedResponses(
    IServerStreamWriter<StreamInferResponse> responses, StreamSession session, LiveResults live) : IServerStreamWriter<StreamInferResponse>
{
    public WriteOptions? WriteOptions
    {
        get => responses.WriteOptions;
        set => responses.WriteOptions = value;
    }

    public Task WriteAsync(StreamInferResponse message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(StreamInferResponse message, CancellationToken cancellationToken)
    {
        if (live.IsWatched && message.Result is { } result) live.Delivered(session, result);
        return responses.WriteAsync(message, cancellationToken);
    }
}
