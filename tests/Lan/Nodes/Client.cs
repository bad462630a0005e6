using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Rwho.Tests.Lan;

/// <summary>A client on a node's own host that asks by hand: a line, the reply, the end.</summary>
public static class Client
{
    public const int QueryPort = 5513;

    /// <summary>The whole reply; empty when the node closed without one, or answered nothing in time.</summary>
    public static Task<string> Ask(LanHost host, string request) => host.Inside(() =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveTimeout = 5000;
        try
        {
            socket.Connect(IPAddress.Loopback, QueryPort);
            socket.Send(Encoding.ASCII.GetBytes(request + "\n"));
            return ReadToEnd(socket);
        }
        catch (SocketException)
        {
            return "";
        }
    });

    /// <summary>One number of <c>stats</c>, by its key; -1 when it was not answered.</summary>
    public static async Task<long> Stat(LanHost host, string name)
    {
        Match found = Regex.Match(await Ask(host, "stats"), $"\"{name}\":([0-9]+)");
        return found.Success ? long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : -1;
    }

    /// <summary>
    /// Connections from as many addresses as the limit for each makes necessary, by who is inside the host.
    /// </summary>
    /// <param name="request">Sent, and the first byte of the reply taken; null to send nothing.</param>
    public static Socket[] Connect(int count, int receiveBytes = 0, string? request = null) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (receiveBytes > 0) socket.ReceiveBufferSize = receiveBytes;
            socket.Bind(new IPEndPoint(IPAddress.Parse($"127.0.1.{1 + (i % 10)}"), 0));
            socket.Connect(IPAddress.Loopback, QueryPort);
            if (request is null) return socket;
            socket.Send(Encoding.ASCII.GetBytes(request));
            Assert.Equal(1, socket.Receive(new byte[1]));
            return socket;
        }),
    ];

    public static string ReadToEnd(Socket socket)
    {
        byte[] buffer = new byte[4096];
        var text = new StringBuilder();
        while (socket.Receive(buffer) is > 0 and var count) text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return text.ToString();
    }
}
