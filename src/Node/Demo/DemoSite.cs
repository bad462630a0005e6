using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rwho.Actors;
using Rwho.Node.Commands;
using Rwho.Node.Linux;
using Rwho.Node.Query;
using Rwho.Node.Spool;
using Rwho.Node.Udp;
using Rwho.Protocol;

namespace Rwho.Node.Demo;

/// <summary>Three nodes on loopback, each with a spool of its own in a folder that is removed at the end.</summary>
internal sealed class DemoSite : IAsyncDisposable
{
    private static readonly string[] Names = ["alpha", "beta", "gamma"];
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    /// <summary>All three are up within two announcements; this is long for a slow machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rwho-demo-");
    private readonly List<NodeParts> nodes = [];
    private readonly List<RunningNode> running = [];
    private readonly TaskCompletionSource<string> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DemoSite()
    {
        // Addresses of this process' own, so that several demonstrations do not meet.
        var process = Environment.ProcessId;
        var addresses = Names
            .Select((_, i) => new IPAddress([127, (byte)(process >> 8 | 64), (byte)process, (byte)(i + 1)]))
            .ToArray();
        for (var i = 0; i < Names.Length; i++)
        {
            if (!HostName.TryParse(Names[i], out var name)) throw new InvalidOperationException(Names[i]);
            var settings = new NodeSettings
            {
                Name = name,
                Port = DaemonPlan.UserPort,
                BindAddress = addresses[i],
                Interval = Interval,
            };
            var spool = folder.CreateSubdirectory(Names[i]).FullName;
            nodes.Add(new NodeParts(settings, new UdpTransport(),
                new LoopbackNetwork(addresses[i], addresses.Except([addresses[i]])), new LinuxHostProbe(),
                new SpoolDirectory(spool), new QueryTransport(), new NameResolver(),
                TimeProvider.System, NullLogger.Instance));
        }

        foreach (var node in nodes) running.Add(new RunningNode(node, Told));
    }

    /// <summary>Shows the board; the exit status.</summary>
    /// <exception cref="ExitException">The nodes do not come up.</exception>
    public static async Task<int> RunAsync(bool once)
    {
        // Before the folder is made: it must not be left behind.
        using var ended = new EndSignals();
        var site = new DemoSite();
        ended.Abandoning = site.RemoveFolder;
        await using (site.ConfigureAwait(false))
        {
            await site.UntilAllAreUpAsync(ended.Token).ConfigureAwait(false);
            if (ended.Token.IsCancellationRequested) return ExitStatus.Ok;
            if (once) Programs.Print(site.Board());
            else await site.ShowAsync(ended.Token).ConfigureAwait(false);
            return ExitStatus.Ok;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(running.Select(node => node.StopAsync(StopTime))).ConfigureAwait(false);
        RemoveFolder();
    }

    private void RemoveFolder()
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A second signal ends the program at once: the folder is gone, or the nodes still write to it.
        }
    }

    private void Told(NodeEvent told)
    {
        if (told is NodeEvent.BindFailed bind)
            failed.TrySetResult($"cannot bind {bind.Local}: {bind.Error}; try again");
        if (told is NodeEvent.Lost lost) failed.TrySetResult($"a node lost its part {lost.Part}: {lost.Reason}");
    }

    private async Task UntilAllAreUpAsync(CancellationToken cancelled)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!nodes.TrueForAll(node => node.Board.Rows.Length == Names.Length) && !cancelled.IsCancellationRequested)
        {
            if (failed.Task.IsCompletedSuccessfully)
                throw new ExitException(ExitStatus.InputOutput, await failed.Task.ConfigureAwait(false));
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new ExitException(ExitStatus.InputOutput,
                    "the three nodes do not hear each other: does a firewall filter loopback?");
            await PauseAsync(LookInterval, cancelled).ConfigureAwait(false);
        }
    }

    private async Task ShowAsync(CancellationToken cancelled)
    {
        const string HomeAndClear = "\u001b[H\u001b[J";
        var isTerminal = !Console.IsOutputRedirected;
        byte[] shown = [];
        while (!cancelled.IsCancellationRequested)
        {
            var board = Board();
            if (!board.AsSpan().SequenceEqual(shown))
            {
                if (isTerminal) Console.Out.Write(HomeAndClear);
                Console.Out.WriteLine("Three nodes on loopback; this is ruptime on alpha. Ctrl-C ends.");
                Console.Out.WriteLine();
                Console.Out.Flush();
                Programs.Print(board);
                shown = board;
            }

            await PauseAsync(Interval, cancelled).ConfigureAwait(false);
        }
    }

    private byte[] Board()
    {
        var output = new ArrayBufferWriter<byte>();
        var now = nodes[0].Now.UnixSeconds;
        RuptimeText.Write(output, [.. nodes[0].Board.Rows.Select(row => row.Status)], default, now);
        return output.WrittenSpan.ToArray();
    }

    private static async Task PauseAsync(TimeSpan pause, CancellationToken cancelled)
    {
        try
        {
            await Task.Delay(pause, cancelled).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: the caller looks.
        }
    }
}
