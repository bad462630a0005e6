using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Rwho.Tests.Lan;

/// <summary>
/// A host: namespaces of its own for network, name, processes and mounts, with an empty spool, an empty /run and an
/// empty /dev/pts. The rest of the file system is the machine's.
/// </summary>
public sealed class LanHost : IAsyncDisposable
{
    public const string Spool = "/var/spool/rwho";
    public const int WhoPort = 513;
    private const string SpoolPrefix = "whod.";

    private static readonly string[] UdpTables = ["udp", "udp6"];
    private readonly Holder _holder;

    private LanHost(string name, Holder holder)
    {
        Name = name;
        _holder = holder;
    }

    public string Name { get; }

    /// <summary>Its address on the LAN it joined first.</summary>
    public string Address { get; private set; } = "";

    /// <summary>A process in its network, mount and UTS namespaces.</summary>
    public int Pid => _holder.Pid;

    /// <summary>The hosts in its spool, by file name, in order.</summary>
    public IReadOnlyList<string> SpoolNames =>
    [
        .. Directory.GetFiles(PathOf(Spool))
            .Select(path => Path.GetFileName(path))
            .Where(file => file.StartsWith(SpoolPrefix, StringComparison.Ordinal))
            .Select(file => file[SpoolPrefix.Length..])
            .Order(StringComparer.Ordinal),
    ];

    public static async Task<LanHost> Start(string name) => new(name, await Holder.Start(name));

    /// <summary>Where a file of this host is seen from outside.</summary>
    public string PathOf(string path) => $"/proc/{Pid}/root{path}";

    /// <summary>The text of a file of this host; null when there is none.</summary>
    public string? Read(string path) => File.Exists(PathOf(path)) ? File.ReadAllText(PathOf(path)) : null;

    /// <summary>What the spool holds of a host; null when there is no such file.</summary>
    public byte[]? SpoolFile(string hostName)
    {
        string path = PathOf($"{Spool}/{SpoolPrefix}{hostName}");
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    /// <summary>When a host was last heard, by its file in the spool; seconds since 1970.</summary>
    public int ReceivedAt(string hostName) =>
        BinaryPrimitives.ReadInt32LittleEndian(SpoolFile(hostName).AsSpan(8));

    /// <summary>Leaves a file in the spool, as an earlier daemon would that had heard this; without users.</summary>
    public void Keep(Announcement last)
    {
        byte[] file = last.ToBytes();
        foreach (int offset in new[] { 4, 44, 48, 52, 56 }) file.AsSpan(offset, 4).Reverse();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(8), (int)last.SendTime);
        File.WriteAllBytes(PathOf($"{Spool}/{SpoolPrefix}{last.Host}"), file);
    }

    /// <summary>Empties the spool.</summary>
    public void ClearSpool()
    {
        foreach (string file in Directory.GetFiles(PathOf(Spool)))
            File.Delete(file);
    }

    public Task Ip(params string[] lines) => _holder.Ip(lines);

    public Task<T> Inside<T>(Func<T> work) => _holder.Inside(work);

    /// <summary>True when a UDP socket is bound to a port, of IPv4 or of IPv6.</summary>
    public bool IsBound(int port)
    {
        string ending = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return UdpTables
            .Select(table => $"/proc/{Pid}/net/{table}")
            .Where(File.Exists)
            .SelectMany(table => File.ReadLines(table).Skip(1))
            .Any(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]
                .EndsWith(ending, StringComparison.Ordinal));
    }

    /// <summary>The living processes of this host that run a program.</summary>
    public IReadOnlyList<int> Running(string program)
    {
        string inside = _holder.ProcessNamespace;
        return [.. Processes.In(inside).Where(pid => Processes.ExecutableOf(pid) == program)];
    }

    /// <summary>Starts a program and returns while it runs.</summary>
    public HostProcess Start(string program, params string[] arguments) =>
        HostProcess.Start(_holder.Entrance, Name, program, arguments);

    /// <summary>Runs a program to its end.</summary>
    public async Task<Outcome> Run(string program, params string[] arguments)
    {
        await using HostProcess process = Start(program, arguments);
        return await process.Ended();
    }

    /// <summary>Starts Debian's rwhod, and returns when it listens.</summary>
    public Task<DebianDaemon> StartDebian(params string[] options) => DebianDaemon.Start(this, options);

    /// <summary>
    /// A UDP socket of this host; port 0 for any. It may broadcast and multicast. A process that is just being started
    /// elsewhere holds a copy of every socket for a moment, so that a port closed before may still be taken.
    /// </summary>
    public async Task<UdpPort> OpenPort(int port) =>
        (await Eventually.Answer(() => Inside(() => UdpPort.Open(port)), opened => opened is not null,
            $"UDP port {port} of {Name} is free"))!;

    /// <summary>Sends one datagram to the who port of an address, from the who port unless told otherwise.</summary>
    public async Task Send(byte[] datagram, string to, int fromPort = WhoPort)
    {
        using UdpPort port = await OpenPort(fromPort);
        port.Send(datagram, to);
    }

    /// <summary>Sees all datagrams on all its interfaces from now on.</summary>
    public Task<Capture> Watch() => Capture.Start(Pid);

    /// <summary>Logs users in: writes /run/utmp and a terminal for each, as idle as told.</summary>
    public void LogIn(params Login[] logins) => Utmp.Write(this, logins);

    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    internal void NoteAddress(string address)
    {
        if (Address.Length == 0)
            Address = address;
    }
}

/// <summary>A UDP socket inside a host.</summary>
public sealed class UdpPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    private UdpPort(int port)
    {
        _socket.EnableBroadcast = true;
        _socket.Bind(new IPEndPoint(IPAddress.Any, port));
    }

    /// <summary>Null while the port is taken.</summary>
    internal static UdpPort? Open(int port)
    {
        try
        {
            return new UdpPort(port);
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return null;
        }
    }

    public void Send(ReadOnlySpan<byte> datagram, string to, int toPort = LanHost.WhoPort) =>
        _socket.SendTo(datagram, SocketFlags.None, new IPEndPoint(IPAddress.Parse(to), toPort));

    /// <summary>Sends to a multicast group by the interface that has an address.</summary>
    public void Multicast(ReadOnlySpan<byte> datagram, string group, string interfaceAddress)
    {
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface,
            IPAddress.Parse(interfaceAddress).GetAddressBytes());
        Send(datagram, group);
    }

    public void Dispose() => _socket.Dispose();
}
