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
        gate.Wait();
        return !isDue;
    }
}
