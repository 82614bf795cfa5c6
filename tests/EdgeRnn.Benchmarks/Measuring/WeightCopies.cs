namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>
/// Copies of one layer's weights in one layout, handed out in turn. All readers of that layout share them, so that in cold
/// mode the other copies have evicted each copy from the caches before it is read again.
/// </summary>
internal sealed class WeightCopies<T> : IDisposable where T : IDisposable
{
    private const long ColdBytes = 200L << 20;

    private readonly T[] _copies;
    private int _last = -1;

    /// <param name="bytes">Bytes of one copy.</param>
    public WeightCopies(CacheMode mode, long bytes, Func<T> copy) =>
        _copies = [.. Enumerable.Range(0, Count(mode, bytes)).Select(_ => copy())];

    /// <summary>How many copies a mode rotates: one when hot, at least 200 MiB of them when cold.</summary>
    public static int Count(CacheMode mode, long bytes) => mode == CacheMode.Hot ? 1 : (int)((ColdBytes + bytes - 1) / bytes);

    public T Next()
    {
        if (++_last == _copies.Length)
            _last = 0;
        return _copies[_last];
    }

    public void Dispose()
    {
        foreach (T copy in _copies)
            copy.Dispose();
    }
}

/// <summary>Whether a pass finds its weights in the caches.</summary>
internal enum CacheMode
{
    /// <summary>At least 200 MiB of weight copies are rotated, as a device whose cache is smaller than its model would read them.</summary>
    Cold,

    /// <summary>One copy is repeated.</summary>
    Hot,
}
