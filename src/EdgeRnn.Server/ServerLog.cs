namespace EdgeRnn.Server;

/// <summary>The server's log messages; event ids from 2000.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(2000, LogLevel.Information, "Listening: gRPC on {Grpc}, HTTP on {Http}, kernels {Kernels}, models {Models}")]
    public static partial void Listening(ILogger logger, Uri grpc, Uri http, string kernels, string models);

    [LoggerMessage(2001, LogLevel.Warning,
        "Listening on {Address}, which other machines may be able to reach, without encryption or authentication")]
    public static partial void ListeningBeyondLoopback(ILogger logger, string address);

    [LoggerMessage(2002, LogLevel.Error, "Session {Session}: unexpected failure")]
    public static partial void UnexpectedFailure(ILogger logger, Exception exception, string session);

    [LoggerMessage(2003, LogLevel.Information, "Session {Session}: the client took no results for {Timeout}; the stream was reset")]
    public static partial void ClientStalled(ILogger logger, string session, TimeSpan timeout);

    [LoggerMessage(2004, LogLevel.Error, "Call {Method}: unexpected failure")]
    public static partial void CallFailed(ILogger logger, Exception exception, string method);

    [LoggerMessage(2007, LogLevel.Warning, "NOTIFY_SOCKET is not the name of a socket, which has at most 107 bytes: the service manager is not told")]
    public static partial void ServiceManagerUnreachable(ILogger logger);

    [LoggerMessage(2008, LogLevel.Warning, "OTLP: {Setting}")]
    public static partial void OtlpSetting(ILogger logger, string setting);

    [LoggerMessage(2009, LogLevel.Warning, "OTLP: the export to {Endpoint} fails: {Reason}. Further failures are logged once an hour")]
    public static partial void OtlpFails(ILogger logger, string endpoint, string reason);

    [LoggerMessage(2010, LogLevel.Warning,
        "A call was refused: more than {PerAddress} calls of its address, or {Places} in all, are open and are not sessions")]
    public static partial void CallRefused(ILogger logger, int places, int perAddress);

    [LoggerMessage(2006, LogLevel.Warning, "These environment variables begin with our name and are no options: {Variables}")]
    public static partial void VariablesIgnored(ILogger logger, string variables);

    [LoggerMessage(2005, LogLevel.Information, "Power sensor: {Sensor}")]
    public static partial void PowerSensorFound(ILogger logger, string sensor);
}
