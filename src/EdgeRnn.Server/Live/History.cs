namespace EdgeRnn.Server.Live;

/// <summary>The newest points of a course, one per <see cref="LiveWindow.SecondsPerSlot"/>. Not safe for threads.</summary>
internal sealed class History<T>
{
    /// <summary>15 minutes.</summary>
    public const int Length = 15 * 60 / LiveWindow.SecondsPerSlot;

    private readonly Queue<T> _points = new();

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<T> Points => [.. _points];

    public void Add(T point)
    {
        if (_points.Count == Length)
            _points.Dequeue();
        _points.Enqueue(point);
    }
}
