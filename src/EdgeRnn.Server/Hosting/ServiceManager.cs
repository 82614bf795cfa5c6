using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EdgeRnn.Server.Hosting;

/// <summary>
/// The service manager that started this process and waits for its notifications, by the protocol of systemd's sd_notify: a datagram of
/// lines NAME=VALUE.
/// </summary>
internal sealed class ServiceManager : IDisposable
{
    public const string Ready = "READY=1";
    public const string Stopping = "STOPPING=1";
    public const string Alive = "WATCHDOG=1";

    private readonly UnixDomainSocketEndPoint? _endPoint;
    // Kept open: when descriptors run out, the watchdog must still hear from this process.
    private readonly Socket? _socket;

    /// <param name="socket">A path, or with @ a name in the abstract namespace; null or empty if there is no manager.</param>
    /// <param name="watchdogPeriod">The manager ends a process that has not sent <see cref="Alive"/> for this long; null: never.</param>
    public ServiceManager(string? socket, TimeSpan? watchdogPeriod)
    {
        _endPoint = EndPointOf(socket);
        IsUnreachable = _endPoint is null && !string.IsNullOrEmpty(socket);
        if (_endPoint is null)
            return;
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        WatchdogPeriod = watchdogPeriod;
    }

    /// <summary>The manager ends a process that has not sent <see cref="Alive"/> for this long; null: never.</summary>
    public TimeSpan? WatchdogPeriod { get; }

    /// <summary>Whether NOTIFY_SOCKET is no name of a socket, such as one of more than 107 bytes.</summary>
    public bool IsUnreachable { get; }

    /// <summary>Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; the last may name another process.</summary>
    /// <param name="variable">Returns the value of an environment variable; null if it is not set.</param>
    public static ServiceManager FromEnvironment(Func<string, string?> variable, int processId)
    {
        string? watched = variable("WATCHDOG_PID");
        bool isThisProcess = watched is null || watched == processId.ToString(CultureInfo.InvariantCulture);
        bool isWatched = long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            && microseconds > 0 && isThisProcess;
        return new ServiceManager(variable("NOTIFY_SOCKET"), isWatched ? TimeSpan.FromMicroseconds(microseconds) : null);
    }

    /// <summary>Sends a notification. Does nothing if there is no manager, or if it no longer listens.</summary>
    /// <returns>False if the manager's queue is full: try again later.</returns>
    public bool Notify(string state)
    {
        if (_socket is null)
            return true;
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(state), _endPoint!);
            return true;
        }
        catch (SocketException failure)
        {
            // A manager that misses a notification acts on its own time-outs.
            return failure.SocketErrorCode is not (SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable);
        }
    }

    public void Dispose() => _socket?.Dispose();

    private static UnixDomainSocketEndPoint? EndPointOf(string? socket)
    {
        if (string.IsNullOrEmpty(socket))
            return null;
        try
        {
            return new UnixDomainSocketEndPoint(socket[0] == '@' ? '\0' + socket[1..] : socket);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
