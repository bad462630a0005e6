using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Udp;
using Rwho.Node.Udp;
using Rwho.Tests.Node.Linux;

namespace Rwho.Tests.Node.Udp;

/// <summary>Real sockets on loopback.</summary>
public sealed class UdpSocketTests : IDisposable
{
    private readonly Sink sink = new();

    public void Dispose() => sink.Dispose();

    [Fact]
    public async Task A_datagram_arrives_with_its_source()
    {
        var (sender, from) = Bind();
        var (receiver, to) = Bind();
        using (sender)
        using (receiver)
        {
            receiver.StartReceiving(sink);
            sender.Send("hello"u8, new Destination(to));
            sender.Send([], new Destination(to));
            await sink.UntilTaken(2);
            Assert.Equal(["hello"u8.ToArray(), []], sink.Taken.Select(taken => taken.Bytes));
            Assert.All(sink.Taken, taken => Assert.Equal(DatagramSource.From(from), taken.From));
            await Eventually.True(() => sink.IsFlushed, "flushed when nothing waits");
        }
    }

    [Theory]
    [InlineData(1068, 1068)]
    [InlineData(1076, 1076)]
    [InlineData(1077, 1077)]
    [InlineData(1596, 1077)]
    [InlineData(65507, 1077)]
    public async Task A_longer_datagram_is_cut_behind_the_longest_that_counts(int sent, int expected)
    {
        var (receiver, to) = Bind();
        using (receiver)
        {
            receiver.StartReceiving(sink);
            var datagram = new byte[sent];
            Random.Shared.NextBytes(datagram);
            receiver.Send(datagram, new Destination(to));
            await sink.UntilTaken(1);
            Assert.Equal(datagram[..expected], sink.Taken.Single().Bytes);
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Datagrams_that_wait_together_arrive_in_order_each_with_its_own_bytes_and_source(string address)
    {
        var (one, fromOne) = Bind(address);
        var (other, fromOther) = Bind(address);
        var (receiver, to) = Bind(address);
        using (one)
        using (other)
        using (receiver)
        {
            sink.Fill();
            receiver.StartReceiving(sink);
            var sent = Enumerable.Range(0, 3 * WaitingDatagrams.Capacity + 7)
                .Select(number => Enumerable.Repeat((byte)number, number * 311 % 1078).ToArray()).ToList();
            foreach (var (number, datagram) in sent.Index())
                (number % 2 == 0 ? one : other).Send(datagram, new Destination(to));
            Assert.True(sink.Waiting.Wait(Eventually.Deadline));
            sink.MakeRoom();
            await sink.UntilTaken(sent.Count);
            Assert.Equal(sent, sink.Taken.Select(taken => taken.Bytes));
            Assert.Equal(
                sent.Index().Select(item => DatagramSource.From(item.Index % 2 == 0 ? fromOne : fromOther)),
                sink.Taken.Select(taken => taken.From));
            await Eventually.True(() => sink.IsFlushed, "flushed when nothing waits");
        }
    }

    [Fact]
    public void A_port_that_is_taken_is_told()
    {
        var (first, at) = Bind();
        using (first)
        {
            var failure = Assert.Throws<SocketException>(() => new UdpTransport().Bind(at));
            Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        }

        using var again = new UdpTransport().Bind(at);
    }

    [Fact]
    public void Another_host_s_address_is_refused() => Assert.Equal(
        SocketError.AddressNotAvailable,
        Assert.Throws<SocketException>(() => new UdpTransport().Bind(new IPEndPoint(0x050200C0, 0))).SocketErrorCode);

    [Fact]
    public async Task Closing_ends_the_wait_for_a_datagram()
    {
        for (var round = 0; round < 20; round++)
        {
            using var alone = new Sink();
            var (socket, _) = Bind();
            socket.StartReceiving(alone);
            await InTime(socket.Dispose);
            await InTime(socket.Dispose);
            Assert.Null(alone.Failure);
        }
    }

    [RootFact]
    public async Task A_burst_arrives_whole()
    {
        const int Burst = 2000;
        var (receiver, to) = Bind();
        using (receiver)
        {
            Assert.InRange(receiver.ReceiveBufferBytes, 8 << 20, int.MaxValue);
            for (var i = 0; i < Burst; i++) receiver.Send(BitConverter.GetBytes(i), new Destination(to));
            receiver.StartReceiving(sink);
            await sink.UntilTaken(Burst);
            Assert.Equal(Enumerable.Range(0, Burst), sink.Taken.Select(taken => BitConverter.ToInt32(taken.Bytes)));
        }
    }

    [Fact]
    public async Task A_full_sink_is_waited_for_and_loses_nothing()
    {
        var (receiver, to) = Bind();
        using (receiver)
        {
            sink.Fill();
            receiver.StartReceiving(sink);
            for (byte i = 0; i < 10; i++) receiver.Send([i], new Destination(to));
            Assert.True(sink.Waiting.Wait(Eventually.Deadline));
            Assert.Empty(sink.Taken);
            sink.MakeRoom();
            await sink.UntilTaken(10);
            Assert.Equal(Enumerable.Range(0, 10), sink.Taken.Select(taken => (int)taken.Bytes[0]));
        }
    }

    [Fact]
    public async Task It_can_be_closed_while_it_waits_for_room()
    {
        var (receiver, to) = Bind();
        sink.Fill();
        receiver.StartReceiving(sink);
        receiver.Send("x"u8, new Destination(to));
        Assert.True(sink.Waiting.Wait(Eventually.Deadline));
        var closing = InTime(receiver.Dispose);
        sink.Close();
        await closing;
        Assert.Equal((0, null), (sink.Taken.Count, sink.Failure?.Message));
    }

    [Fact]
    public async Task A_port_nobody_listens_on_does_not_end_receiving()
    {
        var (nobody, away) = Bind();
        nobody.Dispose();
        var (socket, self) = Bind();
        using (socket)
        {
            socket.StartReceiving(sink);
            for (var i = 0; i < 200; i++) socket.Send("x"u8, new Destination(away));
            socket.Send("still here"u8, new Destination(self));
            await sink.UntilTaken(1);
            Assert.Null(sink.Failure);
        }
    }

    [NamespaceFact]
    public void Multicast_is_heard_on_the_interfaces_that_joined() => Namespace.Run(() =>
    {
        Namespace.Ip("link set lo up");
        Namespace.Ip("link add lan0 type veth peer name lan1");
        Namespace.Ip("addr add 10.9.1.1/24 dev lan0");
        Namespace.Ip("addr add 10.9.2.1/24 dev lan1");
        Namespace.Ip("link set lan0 up");
        Namespace.Ip("link set lan1 up");
        var group = IPAddress.Parse("224.0.1.3");
        using var socket = new UdpTransport().Bind(new IPEndPoint(IPAddress.Any, 5130));
        var lan0 = Index("10.9.1.1");
        socket.SetMembership(group, lan0, member: true);
        var failure = Assert.Throws<SocketException>(() => socket.SetMembership(group, lan0, member: true));
        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        socket.StartReceiving(sink);
        socket.Send("to the group"u8, new Destination(new IPEndPoint(group, 5130), lan0, 1));
        Assert.True(SpinWait.SpinUntil(() => sink.Taken.Count >= 1, Eventually.Deadline));
        Assert.Equal("10.9.1.1", sink.Taken.First().From.ToIPAddress().ToString());

        socket.SetMembership(group, lan0, member: false);
        socket.Send("to nobody"u8, new Destination(new IPEndPoint(group, 5130), lan0, 1));
        socket.Send("to itself"u8, new Destination(new IPEndPoint(IPAddress.Parse("10.9.1.1"), 5130)));
        Assert.True(SpinWait.SpinUntil(() => sink.Taken.Count >= 2, Eventually.Deadline));
        Assert.Equal("to itself"u8.ToArray(), sink.Taken.Last().Bytes);
        Assert.Throws<SocketException>(() => socket.SetMembership(group, 4711, member: true));
    });

    private static int Index(string address) =>
        Rwho.Node.Linux.Interfaces.Read().First(row => row.Address.ToString() == address).Index;

    private static (IUdpSocket Socket, IPEndPoint Local) Bind(string address = "127.0.0.1")
    {
        var ip = IPAddress.Parse(address);
        using var free = new Socket(ip.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        free.Bind(new IPEndPoint(ip, 0));
        var local = (IPEndPoint)free.LocalEndPoint!;
        free.Dispose();
        return (new UdpTransport().Bind(local), local);
    }

    private static Task InTime(Action work) => Task.Run(work).WaitAsync(Eventually.Deadline);
}
