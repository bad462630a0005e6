using System.Net.Sockets;
using System.Text;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public class SystemdTests
{
    [Fact]
    public void Each_event_is_a_datagram_to_the_service_manager()
    {
        using var place = new TemporaryDirectory();
        var path = Path.Combine(place.Path, "notify");
        using var manager = Listen(path);
        var systemd = new Systemd(path, null, null);
        Assert.True(systemd.Ready());
        Assert.True(systemd.Alive());
        Assert.True(systemd.Status("12 hosts\nup"));
        Assert.True(systemd.Stopping());
        Assert.Equal(["READY=1", "WATCHDOG=1", "STATUS=12 hosts up", "STOPPING=1"],
            Enumerable.Range(0, 4).Select(_ => Receive(manager)));
    }

    [Fact]
    public void An_abstract_socket_is_spoken_to()
    {
        var name = $"rwho-test-{Guid.NewGuid():N}";
        using var manager = Listen("\0" + name);
        Assert.True(new Systemd("@" + name, null, null).Ready());
        Assert.Equal("READY=1", Receive(manager));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("@")]
    [InlineData("relative")]
    [InlineData("vsock:2:1234")]
    [InlineData("/nonexistent/notify")]
    [InlineData("/tmp")]
    [InlineData("/longer/than/the/108/bytes/that/a/unix/socket/address/has/room/for/is/refused/"
        + "where/the/address/is/made/and/not/only/when/it/is/used")]
    public void Without_a_service_manager_nobody_is_told(string? address)
    {
        var systemd = new Systemd(address, "1000000", null);
        Assert.False(systemd.Ready());
        Assert.False(systemd.Alive());
        Assert.False(systemd.Stopping());
    }

    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("30000000", "", 30.0)]
    [InlineData("30000000", "1", null)]
    [InlineData("500000", "self", 0.5)]
    [InlineData("0", null, null)]
    [InlineData("-1", null, null)]
    [InlineData("99999999999999999999", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    public void The_watchdog_s_time_is_ours_only_when_meant_for_us(
        string? microseconds, string? process, double? seconds)
    {
        if (process == "self") process = $"{Environment.ProcessId}";
        var systemd = new Systemd("/nonexistent/notify", microseconds, process);
        Assert.Equal(seconds, systemd.WatchdogTimeout?.TotalSeconds);
    }

    internal static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.ReceiveTimeout = 60_000;
        return socket;
    }

    internal static string Receive(Socket socket)
    {
        var buffer = new byte[65536];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
