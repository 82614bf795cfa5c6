using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EdgeRnn.Server.Hosting;

/// <summary>
/// The service manager that started this process and waits for its notifications, by the protocol of systemd's sd_notify: a datagram of
/// lines NAME=VALUE.
/// </summary>
/// <param name="socket">A path, or with @ a name in the abstract namespace; null or empty if there is no manager.</param>
/// <param name="watchdogPeriod">The manager ends a process that has not sent <see cref="Alive"/> for this long; null: never.</param>
internal sealed class ServiceManager(string? socket, TimeSpan? watchdogPeriod)
{
    public const string Ready = "READY=1";
    public const string Stopping = "STOPPING=1";
    public const string Alive = "WATCHDOG=1";

    public TimeSpan? WatchdogPeriod { get; } = string.IsNullOrEmpty(socket) ? null : watchdogPeriod;

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
    public void Notify(string state)
    {
        if (string.IsNullOrEmpty(socket))
            return;
        try
        {
            using var datagrams = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            datagrams.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(socket[0] == '@' ? '\0' + socket[1..] : socket));
        }
        catch (SocketException)
        {
            // A manager that misses a notification acts on its own time-outs.
        }
    }
}
