using System.Globalization;
using System.Net;

namespace Rwho.Tests.Lan;

/// <summary>A status that passed a link, in its classic form or in a record between neighbours.</summary>
/// <param name="Key">The host's own datagram, in hexadecimal digits.</param>
public sealed record Passed(string Host, string Key, IPAddress From, bool Outgoing)
{
    private const int RecordHeaderSize = 8;

    /// <summary>Null for what is no status, such as a hello of a neighbour.</summary>
    public static Passed? Read(Seen seen)
    {
        byte[]? datagram = seen.Bytes switch
        {
            [_, 1, ..] => seen.Bytes,
            [_, 2, 1, ..] => seen.Bytes[RecordHeaderSize..],
            _ => null,
        };
        if (datagram is null || datagram.Length < Announcement.HeaderSize)
            return null;
        string host = (seen with { Bytes = datagram }).HostName;
        return new Passed(host, Convert.ToHexString(datagram), seen.From.Address, seen.Outgoing);
    }
}

/// <summary>
/// A link, as one interface on it sees it: how many packets the kernel counted there, and every status. It counts what
/// passes in both directions, so for a LAN all that anybody says.
/// </summary>
public sealed class Link : IDisposable
{
    private readonly LanHost _host;
    private readonly string _interface;
    private readonly Capture _capture;
    private long _before;

    private Link(string name, LanHost host, string interfaceName, Capture capture)
    {
        Name = name;
        _host = host;
        _interface = interfaceName;
        _capture = capture;
        Mark();
    }

    public string Name { get; }

    /// <summary>Packets counted by the kernel since the mark.</summary>
    public long Packets => Counted("rx") + Counted("tx") - _before;

    /// <summary>Statuses that passed since the mark, in order.</summary>
    public IReadOnlyList<Passed> Statuses => [.. Datagrams.Select(Passed.Read).OfType<Passed>()];

    /// <summary>UDP datagrams that passed since the mark, in order.</summary>
    public IEnumerable<Seen> Datagrams => _capture.All.Where(seen => seen.Interface == _interface);

    public static async Task<Link> At(string name, LanHost host, string interfaceName = "eth0") =>
        new(name, host, interfaceName, await host.Watch());

    /// <summary>Counts from now on.</summary>
    public void Mark()
    {
        _capture.Clear();
        _before = Counted("rx") + Counted("tx");
    }

    public void Dispose() => _capture.Dispose();

    private long Counted(string direction) => long.Parse(
        _host.Read($"/sys/class/net/{_interface}/statistics/{direction}_packets")!, CultureInfo.InvariantCulture);
}
