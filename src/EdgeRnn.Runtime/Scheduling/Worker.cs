using System.Diagnostics;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>What one of the pool's threads does: passes; else panels of the others' passes; else it spins a little, then waits.</summary>
/// <param name="index">Which of the board's workers it is.</param>
/// <param name="tryRunPass">Runs a pass if blocks are ready.</param>
internal sealed class Worker(PassDispatcher dispatcher, PanelBoard board, int index, Func<bool> tryRunPass)
{
    // Longer than what lies between two layers, or two passes of a busy stream; shorter than waking a thread twice.
    private static readonly TimeSpan SpinTime = TimeSpan.FromMicroseconds(50);

    /// <summary>Returns once the dispatcher is stopped and no block is ready.</summary>
    public void Run()
    {
        int known = dispatcher.Invitations;
        long idleSince = 0;
        while (true)
        {
            int invitations = dispatcher.Invitations;
            if ((dispatcher.HasReady && tryRunPass()) || board.TryHelp(index))
            {
                idleSince = 0;
                continue;
            }

            // Where passes are too small to be shared nobody invites, and nobody spins.
            if (idleSince == 0 && invitations != known) idleSince = Stopwatch.GetTimestamp();
            if (idleSince != 0 && Stopwatch.GetElapsedTime(idleSince) < SpinTime && !board.IsInTheWay(index))
            {
                Thread.SpinWait(10);
                continue;
            }

            if (!dispatcher.WaitForWork(invitations)) return;
            (known, idleSince) = (invitations, 0);
        }
    }
}
