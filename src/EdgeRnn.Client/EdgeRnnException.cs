using Grpc.Core;

namespace EdgeRnn.Client;

/// <summary>A call that the server refused or ended, or that could not reach it.</summary>
public sealed class EdgeRnnException : Exception
{
    internal EdgeRnnException(RpcException cause, EndReason? endReason = null)
        : base($"{cause.StatusCode}: {cause.Status.Detail}", cause)
    {
        StatusCode = cause.StatusCode;
        Detail = cause.Status.Detail;
        EndReason = endReason;
    }

    public StatusCode StatusCode { get; }

    /// <summary>The server's text, without the status code.</summary>
    public string Detail { get; }

    /// <summary>Why the session ended, where the server said so.</summary>
    public EndReason? EndReason { get; }
}
