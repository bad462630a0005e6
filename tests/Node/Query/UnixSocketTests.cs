using System.Net.Sockets;
using Rwho.Actors.Query;
using Rwho.Node.Query;
using Rwho.Tests.Node.Linux;
using static Rwho.Tests.Node.Query.QueryTransportTests;

namespace Rwho.Tests.Node.Query;

public sealed class UnixSocketTests : IDisposable
{
    private readonly TemporaryDirectory place = new();

    private string PathOf => Path.Combine(place.Path, "run", "rwho", "rwhod.sock");

    [Fact]
    public async Task Directory_and_socket_are_made_for_every_local_user_and_the_socket_goes_at_the_end()
    {
        using (var listener = Listen(PathOf))
        {
            Assert.Equal((UnixFileMode)0x1B6, new FileInfo(PathOf).UnixFileMode);
            Assert.Equal((UnixFileMode)0x1ED, new DirectoryInfo(Path.GetDirectoryName(PathOf)!).UnixFileMode);
            using var client = Connect(listener);
            using var served = await AcceptAsync(listener);
            Assert.Null(served.Remote);
            Assert.True(await SendAsync(served, "x"u8.ToArray()));
            served.ShutdownSend();
            Assert.Equal("x", await ReadAllAsync(client));
        }

        Assert.False(File.Exists(PathOf));
    }

    [Fact]
    public void The_file_of_a_dead_daemon_is_replaced()
    {
        LeaveStale(PathOf);
        using var listener = Listen(PathOf);
        Connect(listener).Dispose();
    }

    [Fact]
    public void That_of_a_live_one_is_not()
    {
        using var live = Listen(PathOf);
        Assert.Equal(SocketError.AddressAlreadyInUse, Refused(PathOf));
        Connect(live).Dispose();
    }

    [Fact]
    public void A_live_one_whose_queue_is_full_is_live()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf)!);
        using var live = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        live.Bind(new UnixDomainSocketEndPoint(PathOf));
        live.Listen(0);
        using var waiting = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        waiting.Connect(new UnixDomainSocketEndPoint(PathOf));
        Assert.Equal(SocketError.AddressAlreadyInUse, Refused(PathOf));
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        var path = place.Write("run/rwho/rwhod.sock", "precious"u8);
        Assert.Equal(SocketError.AddressAlreadyInUse, Refused(path));
        Assert.Equal("precious", File.ReadAllText(path));
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        LeaveStale(PathOf);
        var link = Path.Combine(place.Path, "link");
        File.CreateSymbolicLink(link, PathOf);
        Assert.Equal(SocketError.AddressAlreadyInUse, Refused(link));
        Assert.True(File.Exists(PathOf));
    }

    [Fact]
    public void A_socket_that_took_our_place_stays_when_we_end()
    {
        var first = Listen(PathOf);
        File.Delete(PathOf);
        using var second = Listen(PathOf);
        first.Dispose();
        Connect(second).Dispose();
    }

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void Paths_are_as_long_as_the_system_takes(int bytes, bool isTaken)
    {
        var path = Path.Combine(place.Path, new string('x', bytes - place.Path.Length - 1));
        if (isTaken) Listen(path).Dispose();
        else Assert.Equal(SocketError.AddressNotAvailable, Refused(path));
    }

    public void Dispose() => place.Dispose();

    private static IQueryListener Listen(string path) => new QueryTransport().Listen(QueryEndpoint.At(path));

    private static SocketError Refused(string path) =>
        Assert.Throws<SocketException>(() => Listen(path)).SocketErrorCode;

    private static void LeaveStale(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var aside = path + "2";
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(aside));
            File.Move(aside, path); // .NET removes what it bound; what is called otherwise by now it does not find
        }
    }
}
