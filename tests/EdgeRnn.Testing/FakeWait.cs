using EdgeRnn.Runtime.Locking;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Testing;

/// <summary>Workers sleep until fake time reaches what they wait for.</summary>
internal sealed class FakeWait(TimeProvider time) : IWorkerWait
{
    public bool WaitUntil(RankedMonitor gate, long due)
    {
        bool isDue = false;
        using ITimer timer = time.CreateTimer(
            _ =>
            {
                using (gate.EnterScope())
                {
                    isDue = true;
                    gate.PulseAll();
                }
            },
            null, time.GetElapsedTime(time.GetTimestamp(), due), Timeout.InfiniteTimeSpan);
        // Time may have moved on before the timer was set; after that, the timer pulses.
        if (time.GetTimestamp() >= due)
            return false;
        gate.Wait();
        return !isDue;
    }
}
