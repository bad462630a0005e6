using System.Globalization;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Federation;

/// <summary>Gateways of several LANs: the one at 10.0.L.N is on LAN L, and 10.0.L.N:5514 among the others.</summary>
public abstract class FederationScene : IDisposable
{
    private protected readonly Scene scene = new();
    private protected readonly MemoryFederation federation;

    protected FederationScene() => federation = new MemoryFederation(scene.Time);

    public void Dispose()
    {
        scene.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Not yet started; its name is <c>gwL-N</c>.</summary>
    private protected TestNode Gateway(int lan, int number = 1)
    {
        var node = scene.Node(string.Create(CultureInfo.InvariantCulture, $"gw{lan}-{number}"), $"10.0.{lan}.{number}");
        node.Federation = federation.Gateway(Name(lan, number));
        return node;
    }

    /// <summary>One of each LAN, running and joined.</summary>
    private protected TestNode[] Gateways(int lans)
    {
        var gateways = Enumerable.Range(1, lans).Select(lan => Gateway(lan).Started()).ToArray();
        scene.Advance(20);
        return gateways;
    }

    private protected static string Name(int lan, int number = 1) =>
        string.Create(CultureInfo.InvariantCulture, $"10.0.{lan}.{number}:5514");

    /// <summary>An old host says that it is up.</summary>
    private protected byte[] Announce(int lan, string host, int load = 0, long clock = 0)
    {
        var datagram = Datagrams.Of(host, scene.Now + clock, load: load);
        scene.Lan.Announce(string.Create(CultureInfo.InvariantCulture, $"10.0.{lan}.99"), datagram);
        return datagram;
    }

    /// <summary>What a board says, but for the rows of its own and other gateways.</summary>
    private protected static IEnumerable<string> Hosts(TestNode node) => node.Rows
        .Where(row => !row.Host.ToString().StartsWith("gw", StringComparison.Ordinal))
        .Select(row => $"{row.Host} {row.Status.Datagram.Hash:X}").Order(StringComparer.Ordinal);

    private protected static void AssertAgree(IEnumerable<TestNode> nodes, string when = "")
    {
        var boards = nodes.Select(node => string.Join('\n', Hosts(node))).Distinct().ToList();
        Assert.True(boards.Count == 1, $"{when} {boards.Count} different boards:\n{string.Join("\n--\n", boards)}");
    }

    /// <summary>What was sent since, but only the statuses.</summary>
    private protected IEnumerable<(FederationSent Message, FederationMessage.Statuses Statuses)> StatusesSince(
        int messages) =>
        federation.Sent.Skip(messages).Select(sent => (sent, Read(sent.Bytes) as FederationMessage.Statuses))
            .Where(sent => sent.Item2 is not null).Select(sent => (sent.sent, sent.Item2!));

    /// <summary>How many statuses were sent since.</summary>
    private protected int CountSince(int messages) => StatusesSince(messages).Sum(sent => sent.Statuses.Items.Length);

    private protected IEnumerable<(string From, string To)> SentOf(byte[] datagram, int since = 0) =>
        StatusesSince(since)
            .SelectMany(sent => sent.Statuses.Items
                .Where(item => item.Datagram.Span.SequenceEqual(datagram))
                .Select(_ => (sent.Message.From, sent.Message.To)));

    private protected static FederationMessage Read(byte[] bytes) =>
        FederationMessage.TryRead(bytes, out var message) ? message : throw new ArgumentException("no message");

    private protected string Why(TestNode node, string host)
    {
        var client = node.Query.Connect().Says($"why {host}\n");
        scene.Settle();
        return client.Text;
    }
}
