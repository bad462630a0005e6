using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rwho.Tests.Node.Client;

/// <summary>A node that answers as a test tells it to, on loopback or at a Unix socket.</summary>
internal sealed class ScriptedNode : IDisposable
{
    private readonly Socket listener;
    private readonly Func<Socket, string, Task> answer;
    private readonly bool isRefusing;

    /// <param name="answer">Gets each connection and its request; the connection is closed after it.</param>
    public ScriptedNode(Func<Socket, string, Task> answer, EndPoint? at = null, bool isRefusing = false)
    {
        this.answer = answer;
        this.isRefusing = isRefusing;
        at ??= new IPEndPoint(IPAddress.Loopback, 0);
        listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(at);
        listener.Listen();
        _ = Task.Run(ServeAsync);
    }

    /// <summary>Answers every request with the same text.</summary>
    public static ScriptedNode Saying(string text, EndPoint? at = null) =>
        new((client, _) => SendAsync(client, text), at);

    public List<string> Requests { get; } = [];

    public string Address => listener.LocalEndPoint!.ToString()!;

    public static async Task SendAsync(Socket client, string text) =>
        await client.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The connection is not ended in order, as when the node's host starts anew.</summary>
    public static Task Reset(Socket client)
    {
        client.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    }

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            if (isRefusing) return;
            var request = new StringBuilder();
            var buffer = new byte[1];
            while (await client.ReceiveAsync(buffer) == 1 && buffer[0] != '\n') request.Append((char)buffer[0]);
            lock (Requests) Requests.Add(request.ToString());
            try
            {
                await answer(client, request.ToString());
            }
            catch (SocketException)
            {
                // The client left first.
            }
        }
    }
}
