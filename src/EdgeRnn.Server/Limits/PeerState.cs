using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EdgeRnn.Server.Limits;

/// <summary>Tells whether a connection's client has gone, though what it sent before has not been read yet.</summary>
internal static class PeerState
{
    private const int TcpProtocol = 6;
    private const int TcpInfo = 11;
    private const byte Established = 1;

    /// <summary>Asks the system. False where it cannot tell.</summary>
    public static bool HasGone(ConnectionContext connection)
    {
        if (!OperatingSystem.IsLinux() || connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            return false;
        try
        {
            // The first byte of struct tcp_info is the connection's state.
            Span<byte> state = stackalloc byte[1];
            return socket.GetRawSocketOption(TcpProtocol, TcpInfo, state) == 1 && state[0] != Established;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }
}
