using System.Diagnostics;
using System.Text.Json;

namespace Rwho.Tests.Cluster.Daemons;

/// <summary>Our rwhod as a gateway: on its network by eth0, among the gateways by eth1.</summary>
public sealed class GatewayDaemon : IAsyncDisposable
{
    private readonly string[] _options;
    private HostProcess _process = null!;

    private GatewayDaemon(LanHost host, string at, string[] options) => (Host, At, _options) = (host, at, options);

    public LanHost Host { get; }

    /// <summary>Where the other gateways reach it, such as <c>10.90.4.1:5514</c>.</summary>
    public string At { get; }

    public HostProcess Process => _process;

    public static async Task<GatewayDaemon> Start(LanHost host, string at, params string[] options)
    {
        var gateway = new GatewayDaemon(host, at, options);
        await gateway.Start();
        return gateway;
    }

    /// <summary>Starts it, once more if it has ended, and returns when it listens.</summary>
    public async Task Start()
    {
        _process = Host.Start(
            NodeProgram.Path,
            ["-i", "eth0", "--interval", "3s", "--cluster", At, "--spool", LanHost.Spool, .. _options]);
        await Eventually.True(
            () => Host.IsBound(LanHost.WhoPort) || _process.HasEnded, () => $"{Host.Name} listens: {_process.Errors}");
        if (_process.HasEnded) throw new InvalidOperationException($"{Host.Name}: {await _process.Ended()}");
    }

    /// <summary>Its board, by host; empty while it does not answer.</summary>
    public async Task<IReadOnlyDictionary<string, BoardRow>> Board()
    {
        Outcome outcome = await Host.Run(NodeProgram.Path, "ruptime", "--json");
        if (outcome.Status != 0) return new Dictionary<string, BoardRow>();
        using JsonDocument document = JsonDocument.Parse(outcome.Text);
        return document.RootElement.GetProperty("hosts").EnumerateArray().Select(row => new BoardRow(
                row.GetProperty("name").GetString()!, row.GetProperty("state").GetString()!,
                row.GetProperty("via").GetString()!, row.GetProperty("received").GetInt64()))
            .ToDictionary(row => row.Name);
    }

    /// <summary>Waits until its board is so; answers how long that took.</summary>
    public async Task<TimeSpan> Until(
        TimeSpan patience, Func<IReadOnlyDictionary<string, BoardRow>, bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyDictionary<string, BoardRow> board = await Board();
        while (!condition(board))
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
                throw new TimeoutException(
                    $"{Host.Name} {what}: {string.Join(", ", board.Values)}; it said {_process.Errors}");
            board = await Board();
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>What it answers to why.</summary>
    public async Task<string> Why(string host) => (await Host.Run(NodeProgram.Path, "ruptime", "--why", host)).Text;

    /// <summary>Waits until its log says so.</summary>
    public Task Says(string text) => Eventually.Within(
        TimeSpan.FromMinutes(1), () => _process.Errors.Contains(text, StringComparison.Ordinal),
        () => $"{Host.Name} says {text}; but it said {_process.Errors}");

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

/// <param name="Received">Seconds since 1970.</param>
public sealed record BoardRow(string Name, string State, string Via, long Received);
