using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EdgeRnn.Server;

/// <summary>
/// The service manager that started this process and waits for its word, by systemd's protocol: a datagram of lines NAME=VALUE.
/// </summary>
/// <param name="socket">Where it listens: a path, or with @ a name in the abstract namespace; null or empty: nobody waits.</param>
/// <param name="watchdogPeriod">It ends a process that has not said that it is alive for so long; null: never.</param>
internal sealed class ServiceManager(string? socket, TimeSpan? watchdogPeriod)
{
    public const string Ready = "READY=1";
    public const string Stopping = "STOPPING=1";
    public const string Alive = "WATCHDOG=1";

    public TimeSpan? WatchdogPeriod { get; } = string.IsNullOrEmpty(socket) ? null : watchdogPeriod;

    /// <summary>As NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID say, which may be meant for another process.</summary>
    /// <param name="variable">Value of an environment variable; null where it is not set.</param>
    public static ServiceManager FromEnvironment(Func<string, string?> variable, int processId)
    {
        string? meant = variable("WATCHDOG_PID");
        bool isMeant = meant is null || meant == processId.ToString(CultureInfo.InvariantCulture);
        bool isWatched = long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            && microseconds > 0 && isMeant;
        return new ServiceManager(variable("NOTIFY_SOCKET"), isWatched ? TimeSpan.FromMicroseconds(microseconds) : null);
    }

    /// <summary>Says it; where nobody waits or listens any more, nothing happens.</summary>
    public void Tell(string word)
    {
        if (string.IsNullOrEmpty(socket))
            return;
        try
        {
            using var datagrams = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            datagrams.SendTo(Encoding.UTF8.GetBytes(word), new UnixDomainSocketEndPoint(socket[0] == '@' ? '\0' + socket[1..] : socket));
        }
        catch (SocketException)
        {
            // A manager that does not listen, or not soon enough, will find out by itself.
        }
    }
}
