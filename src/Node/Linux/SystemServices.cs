using System.Net;
using System.Text;

namespace Rwho.Node.Linux;

/// <summary>What the system's name databases say about this host and the service.</summary>
public static unsafe class SystemServices
{
    /// <summary>The port of <c>who/udp</c> where /etc/services does not name it.</summary>
    public const int DefaultPort = 513;

    private const int HostNameBytes = 256;

    /// <summary>The UDP port of a service, 1 to 65535, or <paramref name="otherwise"/> when it is not known.</summary>
    public static int UdpPort(string service = "who", int otherwise = DefaultPort)
    {
        var entry = (Libc.ServiceEntry*)Libc.GetServiceByName(service, "udp");
        if (entry is null) return otherwise;
        var port = (ushort)IPAddress.NetworkToHostOrder((short)entry->Port);
        return port == 0 ? otherwise : port;
    }

    /// <summary>
    /// The host's name as gethostname(2) tells it now: whole, with its domain if it has one (Environment.MachineName
    /// cuts it). A byte is a character (Latin-1); empty when there is no name.
    /// </summary>
    public static string HostName()
    {
        var name = stackalloc byte[HostNameBytes];
        if (Libc.GetHostName(name, HostNameBytes - 1) != 0) return "";
        var text = new ReadOnlySpan<byte>(name, HostNameBytes - 1);
        var length = text.IndexOf((byte)0);
        return Encoding.Latin1.GetString(length < 0 ? text : text[..length]);
    }
}
