using System.Diagnostics;

namespace EdgeRnn.Runtime.Locking;

/// <summary>
/// The locks of the runtime in the order in which a thread may take them. A thread takes a lock only while every lock that it holds
/// stands above it in this list, so that no two threads can wait for each other.
/// </summary>
internal enum LockRank
{
    /// <summary>The scheduler's queues: <see cref="Scheduling.PassDispatcher"/>. It asks sessions for blocks while it holds this lock.</summary>
    Dispatcher,

    /// <summary>One session's blocks and state. It fills its outlet while it holds this lock, and offers blocks only without it.</summary>
    Session,

    /// <summary>One stream's outlet.</summary>
    Outlet,

    /// <summary>The wait of one session's writer for room.</summary>
    Room,

    /// <summary>The sums of what open sessions need of the workers.</summary>
    Admission,

    /// <summary>The memory promised to open sessions.</summary>
    Memory,

    /// <summary>How many sessions were opened lately.</summary>
    Openings,
}

/// <summary>Asserts <see cref="LockRank"/> in debug builds; release builds contain nothing of it.</summary>
internal static class LockOrder
{
    // One bit per rank that the thread holds.
    [ThreadStatic]
    private static int _held;

    [Conditional("DEBUG")]
    public static void Enter(LockRank rank)
    {
        Debug.Assert(_held >> (int)rank == 0, $"{rank} must not be locked by a thread that holds the locks {_held:b} (bits of LockRank).");
        _held |= 1 << (int)rank;
    }

    [Conditional("DEBUG")]
    public static void Exit(LockRank rank) => _held &= ~(1 << (int)rank);
}
