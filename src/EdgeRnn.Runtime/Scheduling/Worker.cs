using System.Diagnostics;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// The loop of one worker thread: it runs passes; without one it helps with the panels of other workers' passes; without these it spins
/// for a short time and then waits.
/// </summary>
/// <param name="index">The worker's index on the board.</param>
/// <param name="tryRunPass">Runs a pass if blocks are ready.</param>
internal sealed class Worker(PassDispatcher dispatcher, PanelBoard board, int index, Func<bool> tryRunPass)
{
    // Longer than the time between two layers, or between two passes of a busy stream; shorter than waking a thread twice.
    private static readonly TimeSpan SpinTime = TimeSpan.FromMicroseconds(50);

    // A helper that the system woke on the inviting worker's processor would be woken there again if it slept at once. While it yields, it
    // costs that worker next to nothing, and the system moves it to an idle processor, if there is one, within a tick or two.
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

            // Without invitations there is nothing to spin for: passes are too small to be shared.
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
