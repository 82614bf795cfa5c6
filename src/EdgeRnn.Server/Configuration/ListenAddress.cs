using System.Net;

namespace EdgeRnn.Server.Configuration;

/// <summary>Where the server listens: an IP address, or * for every address of the machine, IPv6 and IPv4.</summary>
internal readonly record struct ListenAddress
{
    /// <summary>Every address.</summary>
    public const string Any = "*";

    private readonly IPAddress? _address;

    private ListenAddress(IPAddress? address) => _address = address;

    /// <summary>The address; null for every address.</summary>
    public IPAddress? Address => _address;

    /// <summary>Whether only programs on this machine can connect.</summary>
    public bool IsLoopback => _address is not null && IPAddress.IsLoopback(_address);

    /// <summary>An address at which this machine reaches the server.</summary>
    public IPAddress Local => _address is null || _address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : _address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : _address;

    public static bool TryParse(string text, out ListenAddress address)
    {
        IPAddress? parsed = null;
        bool isAddress = text == Any || IPAddress.TryParse(text, out parsed);
        address = new ListenAddress(parsed);
        return isAddress;
    }

    /// <summary>A text that was checked before.</summary>
    public static ListenAddress Parse(string text) =>
        TryParse(text, out ListenAddress address) ? address : throw new FormatException($"expected an IP address or {Any}, found '{text}'");
}
