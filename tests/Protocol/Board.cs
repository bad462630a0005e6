using System.Buffers;
using System.Text;
using Rwho.Protocol;

namespace Rwho.Tests.Protocol;

/// <summary>Spools at a fixed time, and the reports over them as strings.</summary>
internal static class Board
{
    /// <summary>2026-11-21 05:32:35 UTC.</summary>
    public const long Now = 1_795_239_155;

    /// <summary>A host that is up for an hour, just heard, without load or users.</summary>
    public static RawStatus Host(string name) => new()
    {
        Name = Encoding.Latin1.GetBytes(name),
        Sent = (uint)Now,
        Received = (uint)Now,
        Boot = (uint)Now - 3600,
    };

    public static RawStatus HostWith(params RawEntry[] entries) => Host("alpha") with { Entries = entries };

    public static RawStatus HeardAgo(string name, int seconds) => Host(name) with { Received = (uint)(Now - seconds) };

    public static string Ruptime(params RawStatus[] spool) => RuptimeWith(default, spool);

    public static string RuptimeWith(RuptimeOptions options, params RawStatus[] spool)
    {
        var output = new ArrayBufferWriter<byte>();
        RuptimeText.Write(output, Read(spool, Now), options, Now);
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }

    public static string Who(params RawStatus[] spool) => Who(all: false, spool);

    public static string WhoAll(params RawStatus[] spool) => Who(all: true, spool);

    public static string Who(bool all, RawStatus[] spool, long now = Now, string zone = "UTC")
    {
        var output = new ArrayBufferWriter<byte>();
        RwhoText.Write(output, Read(spool, now), all, now, TimeZoneInfo.FindSystemTimeZoneById(zone));
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }

    private static List<HostStatus> Read(IEnumerable<RawStatus> spool, long now)
    {
        var hosts = new List<HostStatus>();
        foreach (var status in spool)
            if (SpoolFile.TryRead(status.ToSpoolFile(), now, out var host)) hosts.Add(host);
        return hosts;
    }
}
