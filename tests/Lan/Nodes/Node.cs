using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Rwho.Tests.Lan;

/// <summary>Our rwhod, in the foreground on a host.</summary>
public sealed class Node : IAsyncDisposable
{
    private Node(LanHost host, HostProcess process)
    {
        Host = host;
        Process = process;
    }

    public LanHost Host { get; }

    public HostProcess Process { get; }

    /// <summary>Starts it, and returns when it listens on its port.</summary>
    public static async Task<Node> Start(LanHost host, params string[] options)
    {
        HostProcess process = host.Start(NodeProgram.Path, options);
        int place = Array.IndexOf(options, "--port");
        int port = place < 0
            ? LanHost.WhoPort
            : int.Parse(options[place + 1], System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.True(
            () => host.IsBound(port) || process.HasEnded, () => $"rwhod listens on {host.Name}: {process.Errors}");
        if (process.HasEnded)
            throw new InvalidOperationException($"rwhod {string.Join(' ', options)}: {await process.Ended()}");
        return new Node(host, process);
    }

    /// <summary>The board as ruptime prints it.</summary>
    public Task<IReadOnlyList<Row>> Board() => Row.Read(Host);

    /// <summary>Waits until the board has a row that satisfies a condition.</summary>
    public async Task<Row> Shows(string name, Func<Row, bool> good)
    {
        IReadOnlyList<Row> rows = await Eventually.Answer(
            Board, rows => rows.Any(row => row.Name == name && good(row)), $"{name} on the board of {Host.Name}");
        return rows.First(row => row.Name == name);
    }

    /// <summary>A number of what it answers to <c>stats</c>.</summary>
    /// <param name="keys">The way to it, from the outermost.</param>
    public async Task<long> Stat(params string[] keys)
    {
        using JsonDocument stats = JsonDocument.Parse(await Ask("stats"));
        return keys.Aggregate(stats.RootElement, (at, key) => at.GetProperty(key)).GetInt64();
    }

    /// <summary>What it answers to a request, by TCP, on its own host.</summary>
    public Task<string> Ask(string request) => Host.Inside(() =>
    {
        const int QueryPort = 5513;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveTimeout = (int)Eventually.Deadline.TotalMilliseconds;
        socket.Connect(IPAddress.Loopback, QueryPort);
        socket.Send(Encoding.ASCII.GetBytes($"{request}\n"));
        using var reader = new StreamReader(new NetworkStream(socket));
        return reader.ReadToEnd();
    });

    public Task<Outcome> EndBy(Signal signal) => Process.EndBy(signal);

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}

/// <summary>A row of the board.</summary>
/// <param name="State">up or down.</param>
public sealed record Row(string Name, string State)
{
    public static async Task<IReadOnlyList<Row>> Read(LanHost host)
    {
        Outcome outcome = await host.Run(NodeProgram.Path, ["ruptime"]);
        return
        [
            .. outcome.Text.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words is [_, "up" or "down", ..])
                .Select(words => new Row(words[0], words[1])),
        ];
    }
}
