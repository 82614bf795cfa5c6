using EdgeRnn.Kernels.Sharing;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>One worker's panels. Only that worker invites; all others may help.</summary>
internal sealed class PanelNotice(PassDispatcher dispatcher, int helpers) : IPanelHelpers
{
    // Waking a thread costs as much as a small layer. Where the other processors are busy it comes too late, so wake ever more rarely.
    private const int MaxPause = 127;

    private PanelShare? _share;
    private int _processor = -1;
    private int _pause, _quiet;
    private bool _invited;

    public int Count => helpers;

    /// <summary>Whether the calling thread is on the processor on which the worker was last seen in a pass.</summary>
    public bool IsOnThisProcessor => Volatile.Read(ref _processor) == Thread.GetCurrentProcessorId();

    /// <summary>Shows the panels to the workers that spin, and wakes those that wait if that has helped lately.</summary>
    public void Invite(PanelShare share)
    {
        Volatile.Write(ref _processor, Thread.GetCurrentProcessorId());
        Volatile.Write(ref _share, share);
        if (share.WasHelped)
            (_pause, _quiet) = (0, 0);
        else if (_invited)
            _quiet = _pause = Math.Min(2 * _pause + 1, MaxPause);
        _invited = _quiet == 0;
        if (_invited)
            dispatcher.Invite(helpers);
        else
            _quiet--;
    }

    /// <summary>Computes some panels. Where the worker has only the calling thread's processor, nothing would be won.</summary>
    public bool TryHelp() => Volatile.Read(ref _share) is { HasUnclaimed: true } share && !IsOnThisProcessor && share.TryHelp();
}
