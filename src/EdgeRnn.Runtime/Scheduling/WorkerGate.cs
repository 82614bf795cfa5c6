using EdgeRnn.Runtime.Locking;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// Where workers wait until a block is due or another worker invites them to help. One worker at a time watches the clock: the one that
/// waits for the earliest time. All others sleep until a pulse.
/// </summary>
/// <param name="gate">The dispatcher's lock; all members but those that say otherwise are called with it held.</param>
internal sealed class WorkerGate(RankedMonitor gate, TimeProvider time, IWorkerWait wait, SchedulerPace pace)
{
    // Waits count whole milliseconds, and a block is due a little earlier with each of its frames: a worker that already waits for a time
    // is not woken for a time that is less than this before it.
    private const double ToleranceSeconds = 250e-6;

    private readonly long _tolerance = (long)(ToleranceSeconds * time.TimestampFrequency);
    // What the worker that watches the clock waits for.
    private long _wakeUp = long.MaxValue;
    private long _nextDue = long.MaxValue;
    private bool _stopped;
    private int _waiting, _invitations;

    /// <summary>When the next block is due, as a timestamp; <see cref="long.MaxValue"/> for never. Read without the lock it is a hint.</summary>
    public long NextDue
    {
        get => Volatile.Read(ref _nextDue);
        set => Volatile.Write(ref _nextDue, value);
    }

    /// <summary>Whether a block is due. Read without the lock it is a hint.</summary>
    public bool HasReady => NextDue is var due && due < long.MaxValue && due <= time.GetTimestamp();

    /// <summary>How often <see cref="Invite"/> was called. From any thread.</summary>
    public int Invitations => Volatile.Read(ref _invitations);

    /// <summary>Waits until a block is due, or an invitation has come since <paramref name="invitations"/> was read.</summary>
    /// <returns>False if the workers are to end and no block is due.</returns>
    public bool WaitForWork(int invitations)
    {
        // Dekker handshake with Invite: this side stores _waiting and then loads _invitations, that side stores _invitations and then loads
        // _waiting, each with a full fence between. At least one side sees the other, so no invitation is missed.
        Interlocked.Increment(ref _waiting);
        try
        {
            while (true)
            {
                if (HasReady)
                    return true;
                if (_stopped)
                    return false;
                if (Invitations != invitations)
                {
                    // A worker that helps no longer watches the clock.
                    PulseIfUnwatched();
                    return true;
                }

                Wait();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Wakes at most <paramref name="maxHelpers"/> workers that wait, to help with a pass. By a thread that does not hold the lock.</summary>
    public void Invite(int maxHelpers)
    {
        Interlocked.Increment(ref _invitations);
        if (Volatile.Read(ref _waiting) == 0)
            return;
        using (gate.EnterScope())
        {
            for (int i = Math.Min(maxHelpers, _waiting); i > 0; i--)
                gate.Pulse();
        }
    }

    /// <summary>Wakes a worker if none waits for the time at which the next block is due.</summary>
    public void PulseIfUnwatched()
    {
        if (_nextDue < _wakeUp - _tolerance)
            gate.Pulse();
    }

    /// <summary>From now on <see cref="WaitForWork"/> returns once no block is due.</summary>
    public void Stop()
    {
        _stopped = true;
        gate.PulseAll();
    }

    private void Wait()
    {
        long due = _nextDue;
        if (due >= _wakeUp)
        {
            gate.Wait();
            return;
        }

        _wakeUp = due;
        if (due > time.GetTimestamp() && !wait.WaitUntil(gate, due))
            pace.WokeUp(time.GetElapsedTime(due).TotalSeconds);
        if (_wakeUp == due)
            _wakeUp = long.MaxValue;
    }
}
