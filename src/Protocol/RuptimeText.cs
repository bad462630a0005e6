using System.Buffers;

namespace Rwho.Protocol;

/// <summary>What <c>ruptime</c> orders hosts by: its name, or the last of <c>-l -t -u</c>.</summary>
public enum RuptimeOrder
{
    Name,
    Load,
    Uptime,
    Users,
}

/// <summary>The options of <c>ruptime</c>.</summary>
/// <param name="All"><c>-a</c>: users idle for an hour or more count too.</param>
/// <param name="Reverse"><c>-r</c>: the whole order the other way, hosts that are down first.</param>
public readonly record struct RuptimeOptions(bool All, RuptimeOrder Order, bool Reverse);

/// <summary>
/// The report of <c>ruptime</c>, a row a host, byte for byte Debian's but for this: a name longer than 12 widens the
/// column of names for all rows and keeps a blank behind it (Debian cuts it), bytes outside printable ASCII are
/// <c>?</c>, <c>??:??</c> is aligned, hosts that the order does not tell apart stand by name, also in reverse (Debian:
/// as the directory has them), and times are compared modulo 2^32, so that 2038 changes nothing.
/// </summary>
public static class RuptimeText
{
    private const int NameWidth = 12;

    // Loads take another column as soon as one host's, be it down, reaches 10.00 over 1 or 5 minutes; 15 do not count.
    private const int WideLoad = 10_00;
    private const int LoadWidth = 4;

    // Above every load and every number of users: down hosts stand behind all others.
    private const long DownKey = 1L << 40;

    /// <summary>Writes all rows; nothing at all for no hosts.</summary>
    /// <param name="hosts">In any order; several may have the same name.</param>
    /// <param name="now">Seconds since 1970.</param>
    public static void Write(
        IBufferWriter<byte> output, IReadOnlyList<HostStatus> hosts, RuptimeOptions options, long now)
    {
        var rented = ArrayPool<Row>.Shared.Rent(hosts.Count);
        var rows = rented.AsSpan(0, hosts.Count);
        var nameWidth = NameWidth;
        var loadWidth = LoadWidth;
        for (var i = 0; i < rows.Length; i++)
        {
            var host = hosts[i];
            var datagram = host.Datagram;
            var users = datagram.UserCount(options.All);
            rows[i] = new Row(KeyOf(host, users, options, now), datagram.Host, i, users);
            if (datagram.Host.Length is > NameWidth and var length) nameWidth = Math.Max(nameWidth, length + 1);
            var load = datagram.Load;
            if (load.One >= WideLoad || load.Five >= WideLoad) loadWidth = LoadWidth + 1;
        }

        RowOrder.Sort(rows, new RowOrder(options is { Order: RuptimeOrder.Name, Reverse: true }));
        foreach (ref readonly var row in rows)
        {
            var text = new TextRow(output.GetSpan(TextRow.MaxBytes));
            WriteRow(ref text, hosts[row.Index], row.Users, nameWidth, loadWidth, now);
            output.Advance(text.Length);
        }

        ArrayPool<Row>.Shared.Return(rented);
    }

    private static void WriteRow(
        ref TextRow row, HostStatus host, int users, int nameWidth, int loadWidth, long now)
    {
        row.Name(host.Datagram.Host);
        row.Blanks(nameWidth - row.Length);
        if (host.IsDown(now))
        {
            row.Text("down"u8);
            IntervalText.Write(ref row, now - host.ReceiveTime);
            row.Text("\n"u8);
            return;
        }

        row.Text("  up"u8);
        IntervalText.Write(ref row, host.Datagram.UptimeSeconds);
        row.Text(",  "u8);
        row.Number(users, width: 4);
        row.Text(users == 1 ? " user,   load "u8 : " users,  load "u8);
        var load = host.Datagram.Load;
        row.Hundredths(load.One, loadWidth);
        row.Text(", "u8);
        row.Hundredths(load.Five, loadWidth);
        row.Text(", "u8);
        row.Hundredths(load.Fifteen, loadWidth);
        row.Text("\n"u8);
    }

    /// <summary>
    /// Smaller keys stand first. Down hosts follow by how long they are silent; by uptime they do so as if they had
    /// come up that long in the future, and a host whose uptime is yet more negative stands behind them, as on Debian.
    /// </summary>
    private static long KeyOf(HostStatus host, int users, RuptimeOptions options, long now)
    {
        var silence = now - host.ReceiveTime;
        var down = host.IsDown(now);
        var key = options.Order switch
        {
            RuptimeOrder.Load => down ? DownKey + silence : -(long)host.Datagram.Load.One,
            RuptimeOrder.Users => down ? DownKey + silence : -users,
            RuptimeOrder.Uptime => down ? silence : -(long)host.Datagram.UptimeSeconds,
            _ => 0,
        };
        return options.Reverse ? -key : key;
    }

    private readonly record struct Row(long Key, HostName Name, int Index, int Users);

    private sealed class RowOrder(bool namesReversed) : IComparer<Row>
    {
        /// <summary>Boards mostly come in the order of their names already: one look along the rows tells.</summary>
        public static void Sort(Span<Row> rows, RowOrder order)
        {
            for (var i = 1; i < rows.Length; i++)
            {
                if (order.Compare(rows[i - 1], rows[i]) <= 0) continue;
                rows.Sort(order);
                return;
            }
        }

        public int Compare(Row left, Row right)
        {
            var order = left.Key.CompareTo(right.Key);
            if (order == 0) order = namesReversed ? right.Name.CompareTo(left.Name) : left.Name.CompareTo(right.Name);
            return order == 0 ? left.Index.CompareTo(right.Index) : order;
        }
    }
}
