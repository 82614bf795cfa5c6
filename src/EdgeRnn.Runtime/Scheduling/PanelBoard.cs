using EdgeRnn.Kernels.Sharing;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>Where each worker shows the panels of its pass, and where workers without a pass find them.</summary>
internal sealed class PanelBoard
{
    private readonly PanelNotice[] _notices;

    public PanelBoard(PassDispatcher dispatcher, int workers) =>
        _notices = [.. Enumerable.Range(0, workers).Select(_ => new PanelNotice(dispatcher, workers - 1))];

    /// <summary>The helpers of a worker; null if it is the only worker.</summary>
    public IPanelHelpers? HelpersOf(int worker) => _notices.Length == 1 ? null : _notices[worker];

    /// <summary>Computes some panels of another worker's pass.</summary>
    /// <returns>False if there was nothing to do.</returns>
    public bool TryHelp(int worker)
    {
        // Each worker begins with the one after it, so that helpers spread over the passes.
        for (int i = 1; i < _notices.Length; i++)
        {
            if (_notices[(worker + i) % _notices.Length].TryHelp())
                return true;
        }

        return false;
    }

    /// <summary>Whether the calling thread runs on another worker's processor: then it must not spin.</summary>
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
