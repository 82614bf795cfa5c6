using System.Runtime.InteropServices;

namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>The processor time of the calling thread: without the time that other programs use of a shared core.</summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux

    public static double Seconds
    {
        get
        {
            Timespec time;
            if (ReadClock(ThreadCpuTime, &time) != 0)
                throw new PlatformNotSupportedException("The thread's processor time cannot be read.");
            return time.Seconds + 1e-9 * time.Nanoseconds;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, Timespec* time);

    private struct Timespec
    {
        public nint Seconds, Nanoseconds;
    }
}
