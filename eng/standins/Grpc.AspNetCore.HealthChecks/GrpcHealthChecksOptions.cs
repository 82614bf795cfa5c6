namespace Grpc.AspNetCore.HealthChecks;

public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which health checks make up the status of which service name.</summary>
    public ServiceMappingCollection Services { get; } = [];

    /// <summary>Answer from the last published health report instead of running the checks for each call. Default: false.</summary>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>Leave <c>Watch</c> calls open while the application stops, not end them with NOT_SERVING. Default: false.</summary>
    public bool SuppressCompletionOnShutdown { get; set; }
}
