using System.Net;
using System.Net.Sockets;
using System.Text;
using Rwho.Actors.Query;
using Rwho.Node.Query;

namespace Rwho.Tests.Node.Query;

public class QueryTransportTests
{
    private static readonly QueryEndpoint AnyPort = QueryEndpoint.At(new IPEndPoint(IPAddress.Loopback, 0));

    [Fact]
    public async Task Both_ways_and_the_end_of_each()
    {
        using var listener = new QueryTransport().Listen(AnyPort);
        using var client = Connect(listener);
        using var served = await AcceptAsync(listener);
        Assert.Equal(IPAddress.Loopback, served.Remote);
        await client.SendAsync("hello"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        var buffer = new byte[16];
        Assert.Equal(5, await ReceiveAsync(served, buffer));
        Assert.Equal(0, await ReceiveAsync(served, buffer));
        Assert.True(await SendAsync(served, "answer"u8.ToArray()));
        served.ShutdownSend();
        Assert.Equal("answer", await ReadAllAsync(client));
    }

    [Fact]
    public async Task A_restart_binds_the_same_port_at_once_and_two_daemons_do_not_share_it()
    {
        var transport = new QueryTransport();
        var listener = transport.Listen(AnyPort);
        var client = Connect(listener);
        var served = await AcceptAsync(listener);
        Assert.Equal(SocketError.AddressAlreadyInUse,
            Assert.Throws<SocketException>(() => transport.Listen(listener.Local)).SocketErrorCode);
        served.ShutdownSend();
        served.Dispose();
        client.Dispose();
        listener.Dispose();
        transport.Listen(listener.Local).Dispose();
    }

    [Fact]
    public async Task The_IPv6_wildcard_serves_IPv4_under_its_own_address()
    {
        if (!Socket.OSSupportsIPv6) return;
        using var listener = new QueryTransport().Listen(QueryEndpoint.At(new IPEndPoint(IPAddress.IPv6Any, 0)));
        var port = listener.Local.Tcp!.Port;
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port);
        using var served = await AcceptAsync(listener);
        Assert.Equal(IPAddress.Loopback, served.Remote);
    }

    [Fact]
    public async Task A_reset_fails_the_receive()
    {
        using var listener = new QueryTransport().Listen(AnyPort);
        var client = Connect(listener);
        using var served = await AcceptAsync(listener);
        var received = ReceiveAsync(served, new byte[16]);
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        Assert.Equal(-1, await received);
    }

    [Fact]
    public async Task What_is_under_way_at_dispose_fails_and_so_does_what_comes_after()
    {
        using var listener = new QueryTransport().Listen(AnyPort);
        using var client = Connect(listener);
        var served = await AcceptAsync(listener);
        var received = ReceiveAsync(served, new byte[16]);
        served.Dispose();
        Assert.Equal(-1, await received);
        Assert.Equal(-1, await ReceiveAsync(served, new byte[16]));
        Assert.False(await SendAsync(served, new byte[16]));
        served.ShutdownSend();
        served.Dispose();
    }

    [Fact]
    public async Task Answers_that_cause_each_other_do_not_fill_the_stack()
    {
        const int Bytes = 100_000;
        using var listener = new QueryTransport().Listen(AnyPort);
        using var client = Connect(listener);
        using var served = await AcceptAsync(listener);
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var count = 0;
        var one = new byte[1];
        void Next(bool sent)
        {
            if (!sent || ++count == Bytes) ended.TrySetResult(count);
            else served.Send(one, Next);
        }

        served.Send(one, Next);
        var buffer = new byte[65536];
        for (var read = 0; read < Bytes;) read += await client.ReceiveAsync(buffer);
        Assert.Equal(Bytes, await ended.Task);
    }

    [Fact]
    public async Task A_large_reply_waits_for_a_slow_reader_and_arrives_whole()
    {
        const int Bytes = 16 << 20;
        using var listener = new QueryTransport().Listen(AnyPort);
        using var client = Connect(listener);
        using var served = await AcceptAsync(listener);
        var sent = SendAsync(served, new byte[Bytes]);
        var buffer = new byte[65536];
        for (var read = 0; read < Bytes;) read += await client.ReceiveAsync(buffer);
        Assert.True(await sent);
    }

    [Fact]
    public async Task A_thousand_connections()
    {
        const int Connections = 1000;
        using var listener = new QueryTransport().Listen(AnyPort);
        var clients = Enumerable.Range(0, Connections).Select(_ => Connect(listener)).ToList();
        var served = new List<IQueryConnection>();
        for (var i = 0; i < Connections; i++) served.Add(await AcceptAsync(listener));
        foreach (var connection in served)
        {
            Assert.True(await SendAsync(connection, "x"u8.ToArray()));
            connection.ShutdownSend();
            connection.Dispose();
        }

        foreach (var client in clients)
        {
            Assert.Equal("x", await ReadAllAsync(client));
            client.Dispose();
        }
    }

    [Fact]
    public async Task After_dispose_nobody_is_accepted()
    {
        var listener = new QueryTransport().Listen(AnyPort);
        var answers = 0;
        listener.Accept(_ => Interlocked.Increment(ref answers), _ => Interlocked.Increment(ref answers));
        listener.Dispose();
        listener.Dispose();
        listener.Accept(_ => Interlocked.Increment(ref answers), _ => Interlocked.Increment(ref answers));
        using var other = new QueryTransport().Listen(AnyPort);
        using var client = Connect(other);
        using var served = await AcceptAsync(other);
        Assert.Equal(0, Volatile.Read(ref answers));
    }

    internal static Socket Connect(IQueryListener listener)
    {
        EndPoint to = listener.Local.Path is { } path ? new UnixDomainSocketEndPoint(path) : listener.Local.Tcp!;
        var client = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(to);
        return client;
    }

    internal static Task<IQueryConnection> AcceptAsync(IQueryListener listener)
    {
        var answer = new TaskCompletionSource<IQueryConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.Accept(answer.SetResult, error => answer.SetException(new SocketException((int)error)));
        return answer.Task;
    }

    internal static Task<int> ReceiveAsync(IQueryConnection connection, Memory<byte> buffer)
    {
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Receive(buffer, answer.SetResult);
        return answer.Task;
    }

    internal static Task<bool> SendAsync(IQueryConnection connection, ReadOnlyMemory<byte> bytes)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Send(bytes, answer.SetResult);
        return answer.Task;
    }

    internal static async Task<string> ReadAllAsync(Socket client)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        int count;
        while ((count = await client.ReceiveAsync(buffer)) > 0)
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return text.ToString();
    }
}
