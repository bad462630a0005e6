using System.Collections.Immutable;
using System.Globalization;
using Rwho.Protocol;

namespace Rwho.Bench.Micro;

/// <summary>Hosts with 0, 1 and 2 users, as in the table of bench/run.</summary>
internal static class Samples
{
    public const long Now = 1_795_239_155;

    public static HostName Name(string text) =>
        HostName.TryParse(text, out var name) ? name : throw new ArgumentException(text, nameof(text));

    /// <summary>
    /// What a host says in a round: another thing than in any other, at the same time, which makes each new to a table
    /// that has heard 32 others since.
    /// </summary>
    public static WhodStatus Status(int host, int round)
    {
        const uint Sent = (uint)Now;
        return new WhodStatus(
            Name(string.Create(CultureInfo.InvariantCulture, $"host{host:D5}")), Sent, Sent - 100_000,
            new LoadAverages(host % 300, 20, round),
            [.. Enumerable.Range(0, host % 3).Select(user => WhodEntry.Create($"pts/{user}", "ann", Sent - 500, 60))]);
    }

    public static ImmutableArray<WhodDatagram> Datagrams(int hosts, int round) =>
        [.. Enumerable.Range(0, hosts).Select(host => WhodCodec.ToDatagram(Status(host, round)))];
}
