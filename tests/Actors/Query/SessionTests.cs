using System.Net;
using System.Net.Sockets;
using Rwho.Actors;
using Rwho.Actors.Query;

namespace Rwho.Tests.Actors.Query;

/// <summary>Clients that ask a node, well and badly behaved, in virtual time.</summary>
public sealed class SessionTests : IDisposable
{
    private readonly Scene scene = new();
    private readonly TestNode alpha;

    public SessionTests()
    {
        alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
    }

    public void Dispose() => scene.Dispose();

    private MemoryClient Asks(string request, string? from = "127.0.0.1")
    {
        var client = alpha.Query.Connect(from).Says(request);
        scene.Settle();
        return client;
    }

    [Theory]
    [InlineData("ruptime\n")]
    [InlineData("ruptime\r\n")]
    [InlineData("\n")]
    [InlineData("  ruptime  \n")]
    public void A_board_is_sent_then_the_end_and_the_connection_closes_when_the_client_has_closed(string request)
    {
        var client = Asks(request);
        Assert.Equal(["alpha", "beta"], client.Lines.Select(line => line.Split(' ')[0]));
        Assert.True(client.HasEnd);
        Assert.False(client.IsClosed);
        client.Ends();
        scene.Settle();
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void A_client_that_ends_its_side_without_a_word_gets_the_board()
    {
        var client = Asks("");
        client.Ends();
        scene.Settle();
        Assert.Equal(2, client.Lines.Length);
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void A_request_may_come_byte_by_byte()
    {
        var client = alpha.Query.Connect();
        foreach (var one in "ruptime beta\n")
        {
            client.Says(one.ToString());
            scene.Settle();
        }

        Assert.StartsWith("beta ", Assert.Single(client.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_thousand_requests_in_one_segment_the_first_is_answered()
    {
        var client = Asks("version\n" + string.Concat(Enumerable.Repeat("ruptime\n", 999)));
        Assert.Single(client.Lines);
        client.Ends();
        scene.Settle();
        Assert.True(client.IsClosed);
    }

    [Fact]
    [Trait("Limit", "bytes a client may send after its request")]
    public void A_client_that_sends_and_sends_after_its_request_is_cut()
    {
        var client = Asks("version\n" + new string('x', 200_000));
        scene.Settle();
        Assert.True(client.IsClosed);
        Assert.Single(client.Lines);
    }

    [Theory]
    [InlineData(512, false)]
    [InlineData(513, true)]
    [Trait("Limit", "bytes of a request")]
    public void A_request_has_at_most_512_bytes(int bytes, bool isTooLong)
    {
        var client = Asks("ruptime" + new string(' ', bytes - 7) + "\n");
        Assert.Equal(isTooLong, client.Text.StartsWith("error: ", StringComparison.Ordinal));
        Assert.Equal(isTooLong ? 1 : 2, client.Lines.Length);
    }

    [Fact]
    public void A_request_of_512_bytes_may_end_in_CR_LF() =>
        Assert.Equal(2, Asks("ruptime" + new string(' ', 505) + "\r\n").Lines.Length);

    // What was behind the request filled the buffer, and the next read had no room: it seemed to be the client's end.
    [Fact]
    public void What_a_client_sends_behind_its_request_does_not_cost_it_the_reply()
    {
        var client = alpha.Query.Connect();
        client.Reads = false;
        client.Says("ruptime\n" + new string('x', 5000));
        scene.Settle();
        Assert.False(client.IsClosed);
        client.ReadsOn();
        scene.Settle();
        Assert.Equal(2, client.Lines.Length);
        Assert.True(client.HasEnd);
        Assert.False(client.IsClosed);
        client.Ends();
        scene.Settle();
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void A_request_without_an_end_is_too_long_as_soon_as_it_is()
    {
        var client = Asks(new string('x', 600));
        Assert.StartsWith("error: ", client.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Limit", "seconds to send a request")]
    public void A_silent_client_is_closed_after_ten_seconds()
    {
        var client = Asks("rupt");
        scene.Advance(9.9);
        Assert.False(client.IsClosed);
        scene.Advance(0.2);
        Assert.True(client.IsClosed);
        Assert.Equal(1, alpha.Counters.CutCount);
    }

    [Fact]
    [Trait("Limit", "seconds a reader may stall")]
    public void A_client_that_does_not_read_is_closed_after_thirty_seconds()
    {
        var client = alpha.Query.Connect();
        client.Reads = false;
        client.Says("ruptime\n");
        scene.Advance(29.9);
        Assert.False(client.IsClosed);
        scene.Advance(0.2);
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void A_client_that_reads_slowly_but_reads_has_all_of_a_large_board()
    {
        for (var i = 0; i < 3000; i++)
        {
            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of($"host{i}", scene.Now));
            scene.Settle();
        }

        scene.Advance(1);
        var client = alpha.Query.Connect();
        client.Reads = false;
        client.Says("json\n");
        for (var i = 0; i < 60 && !client.HasEnd; i++)
        {
            scene.Advance(29);
            client.ReadsOn();
            client.Reads = false;
        }

        scene.Settle();
        Assert.True(client.HasEnd);
        Assert.EndsWith("}\n", client.Text, StringComparison.Ordinal);
        Assert.True(client.Text.Length > 2 * QueryLimits.SendBytes);
    }

    [Fact]
    public void A_reset_in_the_middle_of_a_reply_is_the_end_of_that_client_alone()
    {
        var lost = alpha.Query.Connect();
        lost.Reads = false;
        lost.Says("ruptime\n");
        scene.Settle();
        lost.Resets();
        scene.Settle();
        Assert.True(lost.IsClosed);
        Assert.Equal(2, Asks("ruptime\n").Lines.Length);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("10.0.0.77", true)]
    [InlineData("::ffff:10.0.0.77", true)]
    [InlineData("10.0.1.77", false)]
    [InlineData("192.0.2.5", true)]
    [InlineData("192.0.3.5", false)]
    [InlineData("2001:db8::5", true)]
    [InlineData("2001:db9::5", false)]
    public void Clients_of_connected_and_allowed_networks_may_ask(string from, bool mayAsk)
    {
        using var other = new Scene();
        var node = other.Node("gamma", "10.0.0.1");
        node.Settings = node.Settings with
        {
            Allow = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::/32")],
        };
        node.Started();
        var client = node.Query.Connect(from).Says("version\n");
        other.Settle();
        Assert.Equal(mayAsk, client.Text.Length > 0);
        Assert.Equal(!mayAsk, client.IsClosed);
        Assert.Equal(mayAsk ? 0 : 1, node.Counters.NotAdmittedCount);
    }

    [Fact]
    public void A_local_client_may_ask() => Assert.Single(Asks("version\n", from: null).Lines);

    [Fact]
    public void The_same_reply_is_made_once_for_all_who_ask_within_the_second()
    {
        var first = Asks("json\n").Text;
        Assert.Equal(first, Asks("json\n").Text);
        scene.Advance(1);
        Assert.NotEqual(first, Asks("json\n").Text);
    }

    [Fact]
    public void Clients_wait_until_the_board_is_there()
    {
        using var other = new Scene();
        var node = other.Node("gamma", "10.0.0.1");
        node.Spool.Put("beta", other.Now);
        node.Spool.ReadFault = new InvalidOperationException("fault on purpose");
        node.Started();
        var client = node.Query.Connect().Says("ruptime beta\n");
        other.Settle();
        Assert.Empty(client.Text);
        node.Spool.ReadFault = null;
        other.Advance(60);
        Assert.StartsWith("beta ", Assert.Single(client.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_networks_cannot_be_read_local_clients_are_answered()
    {
        using var other = new Scene();
        var node = other.Node("gamma", "10.0.0.1");
        node.Networks.Fault = new InvalidOperationException("fault on purpose");
        node.Started();
        other.Advance(1);
        var local = node.Query.Connect().Says("version\n");
        var far = node.Query.Connect("10.0.0.9").Says("version\n");
        other.Settle();
        Assert.Single(local.Lines);
        Assert.True(far.IsClosed);
    }

    [Fact]
    public void Hosts_asked_for_by_name_may_be_many()
    {
        var names = string.Concat(Enumerable.Range(0, 160).Select(i => $" h{i % 10}"));
        Assert.Equal(["beta"], Asks($"ruptime beta{names}\n").Lines.Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void An_address_that_is_taken_at_the_start_is_told_and_nothing_is_announced()
    {
        using var other = new Scene();
        var node = other.Node("gamma", "10.0.0.1");
        node.Query.ListenFault = SocketError.AddressAlreadyInUse;
        node.Started();
        Assert.Contains(node.Events, told => told is NodeEvent.ListenFailed);
        Assert.False(node.IsReady);
        Assert.Empty(other.Lan.Sent);
        node.Query.ListenFault = null;
        other.Advance(5);
        Assert.True(node.IsReady);
    }

    [Fact]
    public void A_node_without_clients_listens_nowhere()
    {
        using var other = new Scene();
        var node = other.Node("gamma", "10.0.0.1");
        node.Settings = node.Settings with { Query = [] };
        node.Started();
        Assert.True(node.IsReady);
        Assert.Equal(0, node.Query.OpenListeners);
    }

    [Fact]
    public void When_the_node_stops_its_clients_are_closed()
    {
        var client = Asks("");
        alpha.Stop();
        Assert.True(client.IsClosed);
        Assert.Equal(0, alpha.Query.OpenListeners);
    }
}
