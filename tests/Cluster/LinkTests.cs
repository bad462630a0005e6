using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Rwho.Engine.Federation;

namespace Rwho.Tests.Cluster;

/// <summary>Gateways of one process, joined over loopback.</summary>
public sealed class LinkTests
{
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [Fact]
    public async Task Two_gateways_see_each_other_and_send_frames()
    {
        var (one, two) = (FreePort(), FreePort());
        var told = new ConcurrentQueue<LinkEvent>();
        using var first = ClusterLink.Join(
            new ClusterSettings("127.0.0.1", one) { Seeds = [$"127.0.0.1:{one}"] }, _ => { });
        using var second = ClusterLink.Join(
            new ClusterSettings("127.0.0.1", two) { Seeds = [$"127.0.0.1:{one}"] }, told.Enqueue);
        await Until(() => told.OfType<LinkEvent.Members>().Any(at => at.Others is [{ IsReachable: true }]));
        first.Send($"127.0.0.1:{two}", [1, 2, 3]);
        await Until(() => told.OfType<LinkEvent.Came>().Any());
        var came = told.OfType<LinkEvent.Came>().Single();
        Assert.Equal($"127.0.0.1:{one}", came.From);
        Assert.Equal([1, 2, 3], came.Bytes.ToArray());
        first.Dispose();
        await first.WhenLeft;
        await Until(() => told.OfType<LinkEvent.Members>().Last().Others.IsEmpty);
        second.Dispose();
        await second.WhenLeft;
        Assert.DoesNotContain(told, at => at is LinkEvent.Ended);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition()) await Task.Delay(20, limit.Token);
    }
}
