using System.Diagnostics;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>What one of the pool's threads does: passes; else panels of the others' passes; else it spins a little, then waits.</summary>
/// <param name="index">Which of the board's workers it is.</param>
/// <param name="tryRunPass">Runs a pass if blocks are ready.</param>
internal sealed class Worker(PassDispatcher dispatcher, PanelBoard board, int index, Func<bool> tryRunPass)
{
    // Longer than what lies between two layers, or two passes of a busy stream; shorter than waking a thread twice.
    private static readonly TimeSpan SpinTime = TimeSpan.FromMicroseconds(50);

    // A thread that was woken on the inviting worker's processor and waits again at once would be woken there the next time too. While it
    // yields, it costs that worker next to nothing, and the system moves it to an idle processor within a tick or two, if there is one.
    private static readonly TimeSpan YieldTime = TimeSpan.FromMilliseconds(5);

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
            if (idleSince == 0 && invitations != known)
                idleSince = Stopwatch.GetTimestamp();
            if (idleSince != 0)
            {
                TimeSpan idle = Stopwatch.GetElapsedTime(idleSince);
                bool isInTheWay = board.IsInTheWay(index);
                if (isInTheWay && idle < YieldTime)
                {
                    Thread.Yield();
                    continue;
                }

                if (!isInTheWay && idle < SpinTime)
                {
                    Thread.SpinWait(10);
                    continue;
                }
            }

            if (!dispatcher.WaitForWork(invitations))
                return;
            known = invitations;
            idleSince = 0;
        }
    }
}
