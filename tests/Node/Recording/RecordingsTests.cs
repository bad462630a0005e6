using System.Net;
using Rwho.Actors.Udp;
using Rwho.Node;
using Rwho.Node.Recording;
using Rwho.Node.Udp;
using Rwho.Tests.Node.Linux;
using Rwho.Tests.Node.Udp;

namespace Rwho.Tests.Node.Recording;

/// <summary>One recording through the lives of several nodes.</summary>
public sealed class RecordingsTests : IDisposable
{
    private readonly TemporaryDirectory place = new();
    private readonly Lines log = new();
    private readonly Recordings recordings;

    public RecordingsTests() => recordings = new Recordings(TimeProvider.System, log);

    private string One => Path.Combine(place.Path, "one.pcap");

    private string Other => Path.Combine(place.Path, "other.pcap");

    public void Dispose()
    {
        recordings.Dispose();
        place.Dispose();
    }

    [Fact]
    public async Task A_reload_goes_on_in_the_same_file()
    {
        await Live(One, "before");
        await Live(One, "after");
        recordings.Dispose();
        Assert.Equal(["before", "after"], Read(One));
    }

    [Fact]
    public async Task A_reload_that_names_another_file_closes_the_one_before()
    {
        await Live(One, "before");
        await Live(Other, "after");
        Assert.Equal($"recording ends, datagrams in {One}: 1", Assert.Single(log.All, IsEnd));
        await Live(null, "unheard");
        Assert.Equal(2, log.All.Count(IsEnd));
        Assert.Equal(["before"], Read(One));
        Assert.Equal(["after"], Read(Other));
    }

    [Fact]
    public async Task A_file_that_was_moved_away_keeps_what_it_has_and_a_reload_begins_another()
    {
        await Live(One, "before");
        File.Move(One, Other);
        await Live(One, "after");
        recordings.Dispose();
        Assert.Equal(["before"], Read(Other));
        Assert.Equal(["after"], Read(One));
    }

    [Fact]
    public async Task A_reload_that_fails_leaves_the_recording_as_it_was()
    {
        await Live(One, "before");
        using (Bind(recordings.Begin(Other, new UdpTransport()), out _)) { }
        recordings.Discard();
        place.Write("foreign", "text"u8);
        Assert.Throws<ExitException>(() => recordings.Begin(Path.Combine(place.Path, "foreign"), new UdpTransport()));
        recordings.Discard();
        await Live(One, "after");
        recordings.Dispose();
        Assert.Equal(["before", "after"], Read(One));
    }

    [Fact]
    public void Without_a_file_the_sockets_are_as_they_were()
    {
        var transport = new UdpTransport();
        Assert.Same(transport, recordings.Begin(null, transport));
        recordings.Keep();
    }

    private static bool IsEnd(string line) => line.StartsWith("recording ends", StringComparison.Ordinal);

    /// <summary>A node that hears one datagram, and ends.</summary>
    private async Task Live(string? path, string heard)
    {
        using var sink = new Sink();
        using (var socket = Bind(recordings.Begin(path, new UdpTransport()), out var local))
        {
            recordings.Keep();
            socket.StartReceiving(sink);
            socket.Send(System.Text.Encoding.ASCII.GetBytes(heard), new Destination(local));
            await sink.UntilTaken(1);
        }
    }

    private static IUdpSocket Bind(IUdpTransport transport, out IPEndPoint local)
    {
        using (var free = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
            local = (IPEndPoint)free.Client.LocalEndPoint!;
        return transport.Bind(local);
    }

    private static IEnumerable<string> Read(string path)
    {
        using var stream = File.OpenRead(path);
        Assert.True(PcapFile.TryOpen(stream, out var file, out var problem), problem);
        return [.. file.Read().Select(datagram => System.Text.Encoding.ASCII.GetString(datagram.Payload))];
    }
}
