namespace EdgeRnn.Benchmarks.Serving.Hosting;

/// <summary>Servers that are measured.</summary>
internal enum HostKind
{
    /// <summary>EdgeRnn's own, as it is.</summary>
    EdgeRnn,

    /// <summary><see cref="EchoService"/>.</summary>
    Echo,

    /// <summary><see cref="PlainService"/>.</summary>
    Plain,

    /// <summary>EdgeRnn's, with results passed through an interceptor.</summary>
    WithTimes,

    /// <summary>The same, and the interceptor takes the times out of the results.</summary>
    WithoutTimes,
}
