using System.Net.Sockets;
using Rwho.Tests.Node.Client;
using Rwho.Tests.Node.Linux;

namespace Rwho.Tests.Node.Program;

/// <summary>Nodes that can be reached in a roundabout way, and what is said of those that cannot be reached.</summary>
public sealed class ReachingTests : IDisposable
{
    private readonly TemporaryDirectory place = Rwhod.PublicPlace();

    public void Dispose() => place.Dispose();

    [ProgramFact]
    public async Task A_dead_address_before_one_that_answers_costs_a_part_of_the_time()
    {
        place.Write("hosts", "fd00:9::2 both\n10.9.9.1 both\n"u8);
        var start = new Start
        {
            Path = "/bin/sh",
            Before = "ip link add left type veth peer name right; ip link set left up; ip link set right up; "
                + "ip address add 10.9.9.1/24 dev left; ip address add fd00:9::1/64 dev left nodad; "
                + "ip neighbour add fd00:9::2 lladdr 02:00:00:00:00:07 dev left nud permanent; "
                + $"mount --bind {place.Path}/hosts /etc/hosts",
        };
        const string Script = """
            "$0" -u nobody --port 5130 --spool "$1" --name beta 2>"$1.log" &
            until grep -q ':1589 ' /proc/self/net/tcp6; do :; done
            "$0" ruptime --json --node both --timeout 4s; echo status $?
            "$0" ruptime --node [fd00:9::2] --timeout 50ms; echo status $?
            kill $!
            """;
        var outcome = await Rwhod.Run(start, "-c", Script, Rwhod.Path, place.Path + "/spool");
        Assert.StartsWith("{\"schema\":1,\"node\":\"beta\",", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("status 0\nstatus 69\n", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("ruptime: cannot reach fd00:9::2: no answer within 50ms: is it up, and does rwhod run there? "
            + "(--timeout T waits longer)\n", outcome.Errors);
    }

    [ProgramFact]
    public async Task The_socket_that_a_killed_daemon_left_keeps_nobody_from_its_spool()
    {
        const string Script = """
            "$0" -u nobody --port 5130 --name beta 2>/dev/null &
            until [ -S /run/rwho/rwhod.sock ] && [ -f /var/spool/rwho/whod.beta ]; do :; done
            kill -9 $!
            wait $! 2>/dev/null
            [ -S /run/rwho/rwhod.sock ] && "$0" ruptime; echo status $?
            """;
        var outcome = await Rwhod.Run(new Start { Path = "/bin/sh" }, "-c", Script, Rwhod.Path);
        Assert.StartsWith("beta  ", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nstatus 0\n", outcome.Output, StringComparison.Ordinal);
    }

    [ProgramTheory]
    [InlineData("nosuchhost", "hosts: dns", "its name cannot be looked up now: try again, or give its address")]
    [InlineData("nosuchhost", "hosts: files", "no host of this name is known: check it, or give its address")]
    [InlineData("10.9.9.9", "hosts: files", "there is no way to it from here (Network is unreachable)")]
    public async Task A_host_that_cannot_be_found_is_told_with_what_to_do(string host, string names, string told)
    {
        File.WriteAllText(Path.Combine(place.Path, "names"), names + "\n");
        var start = new Start { Before = $"mount --bind {place.Path}/names /etc/nsswitch.conf" };
        var outcome = await Rwhod.Run(start, "ruptime", "--node", host);
        Assert.Equal(69, outcome.Status);
        ExitStatusTests.AssertOneLine(outcome, $"ruptime: cannot reach {host}: {told}", told);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_with_what_to_do()
    {
        string address;
        using (var node = ScriptedNode.Saying("")) address = node.Address;
        Assert.Equal(
            (69, "", $"rwho: cannot reach {address}: nobody listens at port {address.Split(':')[1]} there: does rwhod "
                + "run there, with this --query? (--node asks another node, --spool DIR none)\n"),
            await ClientProgram.RunAsync("rwho", "--node", address));
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_told_with_what_to_do()
    {
        var path = Path.Combine(place.Path, "socket");
        Assert.Equal(
            (69, "", $"ruptime: cannot reach {path}: there is no such socket: does rwhod run here, with this "
                + "--query-socket? (--node asks another node, --spool DIR none)\n"),
            await ClientProgram.RunAsync("ruptime", "--node", path));
    }

    [Fact]
    public async Task A_socket_where_nobody_listens_is_told_with_what_to_do()
    {
        var path = Path.Combine(place.Path, "socket");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            Assert.Equal(
                (69, "", $"ruptime: cannot reach {path}: nobody listens at this socket: does rwhod run here, with this "
                    + "--query-socket? (--node asks another node, --spool DIR none)\n"),
                await ClientProgram.RunAsync("ruptime", "--node", path));
        }
    }

    [ProgramFact]
    public async Task A_socket_that_may_not_be_used_is_told_with_what_to_do()
    {
        var path = Path.Combine(place.Path, "socket");
        using var node = ScriptedNode.Saying("", new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var outcome = await Rwhod.Run(new Start { AsNobody = true }, "ruptime", "--node", path);
        Assert.Equal(69, outcome.Status);
        ExitStatusTests.AssertOneLine(outcome, $"ruptime: cannot reach {path}: not permitted to use this socket: ",
            "ask as another user, or by TCP with --node HOST");
    }
}
