using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Udp;
using Rwho.Node.Recording;
using Rwho.Node.Udp;
using Rwho.Tests.Node.Udp;

namespace Rwho.Tests.Node.Recording;

/// <summary>Real sockets on loopback, with a recorder before them.</summary>
public sealed class RecordedTransportTests : IDisposable
{
    private readonly Sink sink = new();
    private readonly Disk disk = new();
    private readonly Recorder recorder;

    public RecordedTransportTests() => recorder = new Recorder(disk, "FILE", TimeProvider.System, new Lines());

    public void Dispose()
    {
        recorder.Dispose();
        sink.Dispose();
        disk.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Whatever_arrives_is_recorded_and_handed_on(string address)
    {
        if (address == "::1" && !Socket.OSSupportsIPv6) return;
        byte[][] datagrams = [[], [1], new byte[60], [1, 2, 3, .. new byte[1000]], new byte[1077]];
        var local = Free(address);
        var from = Free(address);
        using (var socket = new RecordedTransport(new UdpTransport(), recorder).Bind(local))
        using (var sender = new UdpTransport().Bind(from))
        {
            Assert.True(socket.ReceiveBufferBytes > 0);
            socket.StartReceiving(sink);
            foreach (var datagram in datagrams) sender.Send(datagram, new Destination(local));
            await sink.UntilTaken(datagrams.Length);
            await Eventually.True(() => sink.IsFlushed, "flushed");
            socket.Send("to itself"u8, new Destination(local));
            await sink.UntilTaken(datagrams.Length + 1);
        }

        recorder.Dispose();
        var read = disk.Read(out _);
        Assert.Equal([.. datagrams, "to itself"u8.ToArray()], read.Select(datagram => datagram.Payload));
        Assert.All(read, datagram => Assert.Equal(local, datagram.Destination));
        Assert.Equal([.. datagrams.Select(_ => from), local], read.Select(datagram => datagram.Source));
        Assert.All(read, datagram => Assert.InRange(
            datagram.Time, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow()));
    }

    [Fact]
    public async Task A_datagram_that_waits_for_room_is_recorded_once()
    {
        var local = Free("127.0.0.1");
        using (var socket = new RecordedTransport(new UdpTransport(), recorder).Bind(local))
        {
            sink.Fill();
            socket.StartReceiving(sink);
            for (byte i = 0; i < 5; i++) socket.Send([i], new Destination(local));
            Assert.True(sink.Waiting.Wait(Eventually.Deadline));
            sink.MakeRoom();
            await sink.UntilTaken(5);
        }

        recorder.Dispose();
        Assert.Equal([0, 1, 2, 3, 4], disk.Read(out _).Select(datagram => datagram.Payload[0]));
    }

    [Fact]
    public void Who_does_not_get_the_port_starts_no_recording()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var transport = new RecordedTransport(new UdpTransport(), recorder);
        Assert.Throws<SocketException>(() => transport.Bind((IPEndPoint)taken.LocalEndPoint!));
        recorder.Dispose();
        Assert.Empty(disk.ToArray());
    }

    private static IPEndPoint Free(string address)
    {
        var any = IPAddress.Parse(address);
        using var free = new Socket(any.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        free.Bind(new IPEndPoint(any, 0));
        return (IPEndPoint)free.LocalEndPoint!;
    }
}
