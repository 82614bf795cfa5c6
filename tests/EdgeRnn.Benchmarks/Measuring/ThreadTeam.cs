namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>
/// The caller's thread and others beside it. The others spin from the start of a sample to its end, so that waking them is never
/// timed, and sleep in between, so that they disturb no other sample.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly ManualResetEventSlim _sampling = new();
    private readonly Thread[] _others;
    private Action<int> _work = _ => { };
    private int _turn, _working;
    private volatile bool _disposed;

    /// <param name="count">Threads, the caller's included.</param>
    public ThreadTeam(int count)
    {
        _others = [.. Enumerable.Range(1, count - 1).Select(part => new Thread(() => Work(part)) { IsBackground = true })];
        foreach (Thread thread in _others)
            thread.Start();
    }

    /// <summary>Threads, the caller's included.</summary>
    public int Count => _others.Length + 1;

    public void BeginSample() => _sampling.Set();

    public void EndSample() => _sampling.Reset();

    /// <summary>Runs all parts of some work, 0 on the caller's thread, within a sample; returns when all are done.</summary>
    public void Run(Action<int> work)
    {
        if (Count > 1)
        {
            _work = work;
            _working = _others.Length;
            Interlocked.Increment(ref _turn);
        }

        work(0);
        while (Volatile.Read(ref _working) > 0)
            Thread.SpinWait(1);
    }

    public void Dispose()
    {
        _disposed = true;
        _sampling.Set();
        foreach (Thread thread in _others)
            thread.Join();
        _sampling.Dispose();
    }

    private void Work(int part)
    {
        int done = 0;
        while (true)
        {
            _sampling.Wait();
            if (_disposed)
                return;
            int turn = Volatile.Read(ref _turn);
            if (turn == done)
            {
                Thread.SpinWait(1);
                continue;
            }

            done = turn;
            _work(part);
            Interlocked.Decrement(ref _working);
        }
    }
}
