using System.Net.Sockets;
using Rwho.Actors.Query;

namespace Rwho.Tests.Actors.Query;

/// <summary>More clients than there is room for, in virtual time: who gives way.</summary>
public sealed class ManyClientsTests : IDisposable
{
    private readonly Scene scene = new();
    private readonly TestNode alpha;

    public ManyClientsTests() => alpha = scene.Node("alpha", "10.0.0.1").Started();

    public void Dispose() => scene.Dispose();

    [Fact]
    [Trait("Limit", "connections from one address")]
    public void When_one_address_has_256_connections_its_idlest_gives_way()
    {
        var other = Asks("", "10.0.0.9");
        var clients = new List<MemoryClient>();
        for (var i = 0; i < 256; i++)
        {
            clients.Add(Asks("", "10.0.0.8"));
            scene.Advance(0.01);
        }

        clients[0].Says("r");
        scene.Settle();
        var last = Asks("version\n", "10.0.0.8");
        Assert.Single(last.Lines);
        Assert.False(clients[0].IsClosed || other.IsClosed);
        Assert.True(clients[1].IsClosed);
        Assert.Equal(1, clients.Count(client => client.IsClosed));
    }

    [Fact]
    [Trait("Limit", "connections of clients")]
    public void When_all_connections_are_in_use_the_idlest_of_all_gives_way()
    {
        var clients = new List<MemoryClient>();
        for (var i = 0; i < QueryLimits.Connections; i++)
        {
            clients.Add(Asks("", $"10.0.0.{i % 200 + 1}"));
            if (i % 100 == 0) scene.Advance(0.001);
        }

        Assert.DoesNotContain(clients, client => client.IsClosed);
        Assert.Single(Asks("version\n", "10.0.0.250").Lines);
        Assert.Equal(1, clients.Count(client => client.IsClosed));
        Assert.Contains(clients.Take(101), client => client.IsClosed);
    }

    [Fact]
    public void After_many_connections_nothing_is_left_of_them()
    {
        for (var i = 0; i < 2000; i++) Asks("version\n").Ends();
        scene.Settle();
        var late = Asks("stats\n");
        Assert.Contains("\"asked\":2001", late.Text, StringComparison.Ordinal);
        scene.Advance(60);
        Assert.Equal(0, alpha.Counters.CutCount);
    }

    [Fact]
    public void When_descriptors_run_out_the_idlest_gives_way_and_the_next_is_accepted_when_there_is_one()
    {
        var idle = Asks("", "10.0.0.9");
        scene.Advance(1);
        alpha.Query.AcceptFault = SocketError.TooManyOpenSockets;
        var client = Asks("version\n");
        Assert.True(idle.IsClosed);
        scene.Advance(5);
        Assert.Empty(client.Text);
        Assert.Single(scene.Log, line => line.StartsWith("no descriptors left", StringComparison.Ordinal));
        alpha.Query.AcceptFault = null;
        scene.Advance(1);
        Assert.Single(client.Lines);
        Assert.True(alpha.Counters.NotAcceptedCount > 1);
    }

    [Fact]
    public void A_client_that_gave_up_before_it_was_accepted_costs_nobody_anything()
    {
        var idle = Asks("", "10.0.0.9");
        alpha.Query.AcceptFault = SocketError.ConnectionAborted;
        var client = Asks("version\n");
        alpha.Query.AcceptFault = null;
        scene.Advance(1);
        Assert.Single(client.Lines);
        Assert.False(idle.IsClosed);
        Assert.Equal(0, alpha.Counters.NotAcceptedCount);
    }

    [Fact]
    public void Local_users_are_counted_each_for_himself()
    {
        MemoryClient Local(uint user)
        {
            var client = new MemoryClient(null) { User = user };
            alpha.Query.Arrive(client);
            scene.Settle();
            return client;
        }

        var other = Local(1000);
        var greedy = Enumerable.Range(0, QueryLimits.ConnectionsFromOneAddress).Select(_ => Local(1001)).ToList();
        Assert.DoesNotContain(greedy, client => client.IsClosed);
        Local(1001);
        Assert.Equal(1, greedy.Count(client => client.IsClosed));
        Assert.False(other.IsClosed);
    }

    [Fact]
    [Trait("Limit", "bytes of replies not read")]
    public void Replies_that_nobody_reads_have_a_bound_together()
    {
        for (var i = 0; i < 6000; i++)
        {
            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of($"host{i}", scene.Now));
            scene.Settle();
        }

        var clients = new List<MemoryClient>();
        for (var i = 0; i < 100; i++)
        {
            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now, load: i));
            scene.Advance(0.2);
            var client = alpha.Query.Connect("10.0.0.8");
            client.Reads = false;
            clients.Add(client.Says("json\n"));
            scene.Settle();
        }

        Assert.InRange(alpha.Replies.Bytes, 1, QueryLimits.ReplyBytes);
        Assert.Contains(clients, client => client.IsClosed);
        Assert.True(clients.FindLastIndex(client => client.IsClosed) < clients.FindIndex(client => !client.IsClosed));
        foreach (var client in clients) client.Resets();
        scene.Advance(5);
        Assert.Single(Asks("version\n").Lines);
        Assert.InRange(alpha.Replies.Bytes, 1, 1 << 20);
    }

    // A hostile LAN may make a board larger than all replies may be together: the client that asked for it was closed.
    [Fact]
    public void Who_is_alone_in_reading_has_its_board_however_large()
    {
        alpha.Kill();
        alpha.ReplyBytes = 10_000;
        alpha.Started();
        for (var i = 0; i < 200; i++)
        {
            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of($"host{i}", scene.Now));
            scene.Settle();
        }

        var client = Asks("json\n");
        Assert.EndsWith("}\n", client.Text, StringComparison.Ordinal);
        Assert.InRange(client.Text.Length, 20_000, 100_000);
        client.Ends();
        scene.Advance(1);
        var idle = DoesNotRead();
        var other = DoesNotRead();
        Assert.True(idle.IsClosed);
        Assert.False(other.IsClosed);

        MemoryClient DoesNotRead()
        {
            var late = alpha.Query.Connect();
            late.Reads = false;
            late.Says("json\n");
            scene.Advance(1);
            return late;
        }
    }

    [Fact]
    public void Nothing_is_kept_of_a_reply_after_its_second()
    {
        for (var i = 0; i < 100; i++) Asks(i % 2 == 0 ? "json\n" : "rwho -a\n").Ends();
        Assert.InRange(alpha.Replies.Bytes, 1, 1 << 20);
        scene.Advance(3);
        Assert.Equal(0, alpha.Replies.Bytes);
    }

    private MemoryClient Asks(string request, string? from = "127.0.0.1")
    {
        var client = alpha.Query.Connect(from).Says(request);
        scene.Settle();
        return client;
    }
}
