using System.Buffers;

namespace Rwho.Protocol;

/// <summary>
/// The report of <c>rwho</c>, a row a user of the hosts that are up, by user, host and line; byte for byte Debian's but
/// for this: bytes outside printable ASCII are <c>?</c>, and there may be more than 1000 users.
/// </summary>
public static class RwhoText
{
    private const int UserWidth = 8;
    private const int MinuteSeconds = 60;
    private const int HourMinutes = 60;
    private const int LongestIdleMinutes = 99 * HourMinutes + 59;

    /// <summary>Writes all rows; nothing at all when nobody is to be shown.</summary>
    /// <param name="hosts">In any order; several may have the same name.</param>
    /// <param name="all"><c>-a</c>: users idle for an hour or more too, and hours of idleness.</param>
    /// <param name="now">Seconds since 1970; login times are unfolded to the value nearest to it.</param>
    /// <param name="zone">In which login times are told.</param>
    public static void Write(
        IBufferWriter<byte> output, IReadOnlyList<HostStatus> hosts, bool all, long now, TimeZoneInfo zone)
    {
        var up = ArrayPool<UpHost>.Shared.Rent(hosts.Count);
        var upHosts = up.AsSpan(0, Collect(hosts, now, up, out var entries));
        upHosts.Sort();
        var names = ArrayPool<HostName>.Shared.Rent(upHosts.Length);
        var rented = ArrayPool<Row>.Shared.Rent(entries);
        var rows = rented.AsSpan(0, Collect(hosts, upHosts, all, names, rented, out var placeWidth));
        rows.Sort();
        foreach (ref readonly var row in rows)
        {
            var text = new TextRow(output.GetSpan(TextRow.MaxBytes));
            WriteRow(ref text, row, names[row.Rank], placeWidth, all, now, zone);
            output.Advance(text.Length);
        }

        ArrayPool<Row>.Shared.Return(rented);
        ArrayPool<HostName>.Shared.Return(names);
        ArrayPool<UpHost>.Shared.Return(up);
    }

    private static int Collect(IReadOnlyList<HostStatus> hosts, long now, UpHost[] up, out int entries)
    {
        entries = 0;
        var count = 0;
        for (var i = 0; i < hosts.Count; i++)
        {
            var host = hosts[i];
            if (host.Datagram.EntryCount == 0 || host.IsDown(now)) continue;
            up[count++] = new UpHost(host.Datagram.Host, i);
            entries += host.Datagram.EntryCount;
        }

        return count;
    }

    /// <summary>The rows to show; a row has its host's rank by name, the same for hosts of one name.</summary>
    private static int Collect(
        IReadOnlyList<HostStatus> hosts, ReadOnlySpan<UpHost> upHosts, bool all, HostName[] names, Row[] rows,
        out int placeWidth)
    {
        placeWidth = 0;
        var count = 0;
        var rank = -1;
        foreach (var (name, index) in upHosts)
        {
            if (rank < 0 || names[rank] != name) names[++rank] = name;
            var datagram = hosts[index].Datagram;
            var nameLength = name.Length;
            for (var i = 0; i < datagram.EntryCount; i++)
            {
                var entry = datagram.Entry(i);
                if (!all && entry.IdleSeconds >= WhodEntry.IdleHour) continue;
                var line = PackedText.CutAtNul(entry.Line);
                placeWidth = Math.Max(placeWidth, nameLength + 1 + PackedText.LengthOf(line));
                rows[count] = new Row(
                    PackedText.CutAtNul(entry.Name), rank, line, entry.LoginTime, entry.IdleSeconds, Arrival: count);
                count++;
            }
        }

        return count;
    }

    private static void WriteRow(
        ref TextRow row, in Row user, HostName host, int placeWidth, bool all, long now, TimeZoneInfo zone)
    {
        row.Name(user.Name);
        row.Blanks(UserWidth - row.Length);
        row.Text(" "u8);
        var place = row.Length;
        row.Name(host);
        row.Text(":"u8);
        row.Name(user.Line);
        row.Blanks(place + placeWidth - row.Length);
        row.Text(" "u8);
        WriteTime(ref row, WhoTime.Unfold(user.LoginTime, now), zone);
        WriteIdle(ref row, user.IdleSeconds, all);
        row.Text("\n"u8);
    }

    /// <summary>The twelve characters of C's <c>ctime</c> between weekday and seconds: <c>Nov  1 05:40</c>.</summary>
    private static void WriteTime(ref TextRow row, long time, TimeZoneInfo zone)
    {
        const int MonthBytes = 3;
        var months = "JanFebMarAprMayJunJulAugSepOctNovDec"u8;
        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTime.UnixEpoch.AddSeconds(time), zone);
        row.Text(months.Slice((local.Month - 1) * MonthBytes, MonthBytes));
        row.Number(local.Day, width: 3);
        row.Text(" "u8);
        row.TwoDigits(local.Hour);
        row.Text(":"u8);
        row.TwoDigits(local.Minute);
    }

    /// <summary>
    /// Nothing under a minute. Hours stand only with <paramref name="all"/>, up to 99:59. A negative time has its sign
    /// at the minutes, and no hours, as on Debian.
    /// </summary>
    private static void WriteIdle(ref TextRow row, int idleSeconds, bool all)
    {
        var minutes = Math.Min(idleSeconds / MinuteSeconds, LongestIdleMinutes);
        if (minutes == 0) return;
        row.Text(" "u8);
        if (all && minutes >= HourMinutes) row.Number(minutes / HourMinutes, width: 2);
        else if (all) row.Blanks(2);
        row.Text(":"u8);
        row.TwoDigits(minutes % HourMinutes);
    }

    private readonly record struct UpHost(HostName Name, int Index) : IComparable<UpHost>
    {
        public int CompareTo(UpHost other)
        {
            var order = Name.CompareTo(other.Name);
            return order == 0 ? Index.CompareTo(other.Index) : order;
        }
    }

    private readonly record struct Row(ulong Name, int Rank, ulong Line, uint LoginTime, int IdleSeconds, int Arrival)
        : IComparable<Row>
    {
        public int CompareTo(Row other)
        {
            var order = Name.CompareTo(other.Name);
            if (order == 0) order = Rank.CompareTo(other.Rank);
            if (order == 0) order = Line.CompareTo(other.Line);
            return order == 0 ? Arrival.CompareTo(other.Arrival) : order;
        }
    }
}
