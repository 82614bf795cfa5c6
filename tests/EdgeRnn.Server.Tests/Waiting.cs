namespace EdgeRnn.Server.Tests;

/// <summary>Bounds every wait of a test.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    public static Task Soon(this Task task) => task.WaitAsync(Bound);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Bound);

    /// <summary>Polls a condition for which there is no event.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(Bound);
        using var timer = new PeriodicTimer(Poll);
        while (!condition())
            await timer.WaitForNextTickAsync(bound.Token);
    }
}
