namespace EdgeRnn.Benchmarks.Serving.Hosting;

/// <summary>Servers that are measured.</summary>
internal enum HostKind
{
    /// <summary>EdgeRnn's server.</summary>
    EdgeRnn,

    /// <summary><see cref="EchoService"/>.</summary>
    Echo,

    /// <summary><see cref="PlainService"/>.</summary>
    Plain,

    /// <summary>EdgeRnn's server with an interceptor that passes results on.</summary>
    WithTimes,

    /// <summary>EdgeRnn's server with an interceptor that removes the times from results.</summary>
    WithoutTimes,
}
