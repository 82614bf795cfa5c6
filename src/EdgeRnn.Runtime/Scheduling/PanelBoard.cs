using EdgeRnn.Kernels.Sharing;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>Where each worker shows the panels of its pass, and finds those of the others when it has no pass of its own.</summary>
internal sealed class PanelBoard
{
    private readonly PanelNotice[] _notices;

    public PanelBoard(PassDispatcher dispatcher, int workers) =>
        _notices = [.. Enumerable.Range(0, workers).Select(_ => new PanelNotice(dispatcher, workers - 1))];

    /// <summary>Those who help a worker; null where it is the only one.</summary>
    public IPanelHelpers? HelpersOf(int worker) => _notices.Length == 1 ? null : _notices[worker];

    /// <summary>Computes some panels of another worker's pass.</summary>
    /// <returns>False if there was nothing to do.</returns>
    public bool TryHelp(int worker)
    {
        // Each begins with the one after it, so that helpers spread over the passes.
        for (int i = 1; i < _notices.Length; i++)
        {
            if (_notices[(worker + i) % _notices.Length].TryHelp())
                return true;
        }

        return false;
    }

    /// <summary>Whether the calling thread keeps another worker from its processor: then it had better wait than spin.</summary>
    public bool IsInTheWay(int worker)
    {
        for (int i = 1; i < _notices.Length; i++)
        {
            if (_notices[(worker + i) % _notices.Length].IsOnThisProcessor)
                return true;
        }

        return false;
    }
}
