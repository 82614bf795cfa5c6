using EdgeRnn.Kernels.Sharing;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>The panels of one worker's pass. Only that worker invites; all others may help.</summary>
internal sealed class PanelNotice(PassDispatcher dispatcher, int helpers) : IPanelHelpers
{
    // Waking a thread costs as much as a small layer. If the other processors are busy, help comes too late: exponential back-off.
    private const int MaxPause = 127;

    private PanelShare? _share;
    private int _processor = -1;
    private int _pause, _quiet;
    private bool _invited;

    public int Count => helpers;

    /// <summary>Whether the calling thread runs on the processor on which the worker last began to share a layer.</summary>
    public bool IsOnThisProcessor => Volatile.Read(ref _processor) == Thread.GetCurrentProcessorId();

    /// <summary>Shows the panels to workers that spin. Wakes workers that wait, if waking has helped recently.</summary>
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

    /// <summary>Computes some panels, unless the caller and the worker share a processor, so that nothing would be gained.</summary>
    public bool TryHelp() => Volatile.Read(ref _share) is { HasUnclaimed: true } share && !IsOnThisProcessor && share.TryHelp();
}
