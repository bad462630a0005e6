using System.Buffers;
using System.Net;
using System.Text;
using Newtonsoft.Json.Linq;
using Rwho.Actors.Hosts;
using Rwho.Actors.Query;
using Rwho.Protocol;
using Rwho.Tests.Fuzz.Mutation;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>
/// The reports and the JSON of a board that hostile hosts are on: two thirds of the input are a file of the spool, the
/// rest is another, as of an old daemon that takes every name.
/// </summary>
internal sealed class TextTarget() : Target("text", 600)
{
    private const long Today = 1_795_239_155;

    private static readonly SearchValues<byte> Printable =
        SearchValues.Create([(byte)'\n', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(value => (byte)value)]);

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static readonly IPAddress Address = IPAddress.Parse("fe80::1%3");

    private readonly ArrayBufferWriter<byte> output = new();

    private long now;

    public override Layout Layout => DatagramTarget.DatagramLayout;

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var hosts = new List<HostStatus>();
        // The pad means nothing to a reader; here it tells when it is read, 1970 to 2242.
        now = input.Length < 4 || input[2] == 0 ? Today : (long)(input[2] << 8 | input[3]) << 17;
        var middle = input.Length * 2 / 3;
        if (SpoolFile.TryRead(input[..middle], now, out var first)) hosts.Add(first);
        if (SpoolFile.TryRead(input[middle..], now, out var second)) hosts.Add(second with { ReceiveTime = now - 60 });
        if (hosts.Count == 0) return new Outcome(Depth.Refused, 0);
        for (var order = RuptimeOrder.Name; order <= RuptimeOrder.Users; order++)
        {
            output.ResetWrittenCount();
            RuptimeText.Write(output, hosts, new RuptimeOptions(order == RuptimeOrder.Load, order, input[^1] > 99),
                now);
            Unless(LinesOf(output.WrittenSpan) == hosts.Count, "ruptime has a line a host");
        }

        var up = hosts.Where(host => !host.IsDown(now)).ToList();
        var all = LinesOfRwho(hosts, all: true);
        Unless(all == up.Sum(host => host.Datagram.EntryCount), "rwho -a has a line a user of the hosts that are up");
        var active = LinesOfRwho(hosts, all: false);
        Unless(active == up.Sum(host => host.Datagram.UserCount(all: false)), "rwho leaves those out who are idle");
        CheckJson([.. hosts.Select(host => new HostRow(host, Via.Lan, Address, null))]);
        return new Outcome(Depth.Taken, hosts.Count + 4 * up.Count + 16 * Math.Min(all, 7) + 128 * Math.Min(active, 7));
    }

    private int LinesOfRwho(List<HostStatus> hosts, bool all)
    {
        output.ResetWrittenCount();
        RwhoText.Write(output, hosts, all, now, Zone);
        return LinesOf(output.WrittenSpan);
    }

    private static int LinesOf(ReadOnlySpan<byte> text)
    {
        Unless(!text.ContainsAnyExcept(Printable), "reports are lines of printable ASCII");
        Unless(text.IsEmpty || text[^1] == '\n', "each line has its end");
        return text.Count((byte)'\n');
    }

    private void CheckJson(HostRow[] rows)
    {
        output.ResetWrittenCount();
        BoardJson.WriteBoard(output, HostName.FromField("here"u8), rows, now);
        Unless(LinesOf(output.WrittenSpan) == 1, "a board is one line of JSON");
        var hosts = JObject.Parse(Encoding.ASCII.GetString(output.WrittenSpan))["hosts"]!;
        foreach (var (row, host) in rows.OrderBy(row => row.Host).Zip(hosts)) CheckHost(row.Status, host);
        foreach (var row in rows)
        {
            output.ResetWrittenCount();
            BoardJson.WriteChange(output, new HostChange(ChangeKind.Users, row, row.Status.IsDown(now)), now);
            Unless(LinesOf(output.WrittenSpan) == 1, "a change is one line of JSON");
            CheckHost(row.Status, JObject.Parse(Encoding.ASCII.GetString(output.WrittenSpan))["host"]!);
        }
    }

    // Whatever the bytes of a text are, they can be had back.
    private static void CheckHost(HostStatus status, JToken host)
    {
        var datagram = status.Datagram;
        Unless(HostName.FromField(Bytes(host["name"]!)) == datagram.Host, "a host's name is in the JSON");
        Unless((long)host["received"]! == status.ReceiveTime, "so is the time when it was heard");
        Unless((uint)(long)host["boot_time"]! == datagram.BootTime, "so is when it came up");
        Unless(host["load"]!.Select(load => (int)((decimal)load * 100))
            .SequenceEqual([datagram.Load.One, datagram.Load.Five, datagram.Load.Fifteen]), "so are its loads");
        var users = (JArray)host["users"]!;
        Unless(users.Count == datagram.EntryCount, "so are its users");
        for (var i = 0; i < users.Count; i++)
        {
            var entry = datagram.Entry(i);
            var name = new byte[8];
            Unless(Bytes(users[i]["name"]!).AsSpan().SequenceEqual(name.AsSpan(0, WhodEntry.Unpack(entry.Name, name))),
                "so are their names");
            Unless(Bytes(users[i]["line"]!).AsSpan().SequenceEqual(name.AsSpan(0, WhodEntry.Unpack(entry.Line, name))),
                "so are their lines");
            Unless((int)users[i]["idle_seconds"]! == entry.IdleSeconds, "so is how long they are idle");
        }
    }

    private static byte[] Bytes(JToken text) => Encoding.Latin1.GetBytes((string)text!);
}
