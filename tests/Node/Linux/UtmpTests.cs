using System.Runtime.InteropServices;
using System.Text;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

/// <summary>Builds utmp records by utmp(5), field by field, apart from the reader's own constants.</summary>
internal static class UtmpRecords
{
    public const short BootTime = 2;
    public const short LoginProcess = 6;
    public const short UserProcess = 7;
    public const short DeadProcess = 8;

    public static byte[] Record(UtmpLayout layout, short type, string line, string user, long time, int process = 1)
    {
        var isWide = layout == UtmpLayout.Wide;
        var record = new byte[isWide ? 400 : 384];
        MemoryMarshal.Write(record, type);
        MemoryMarshal.Write(record.AsSpan(4), process);
        Encoding.Latin1.GetBytes(line).CopyTo(record, 8);
        Encoding.Latin1.GetBytes(user).CopyTo(record, 44);
        Encoding.Latin1.GetBytes("elsewhere.example").CopyTo(record, 76);
        if (isWide) MemoryMarshal.Write(record.AsSpan(344), time);
        else MemoryMarshal.Write(record.AsSpan(340), (int)time);
        return record;
    }

    public static string Show(Session session) =>
        $"{Encoding.Latin1.GetString(session.User)}@{Encoding.Latin1.GetString(session.Line)} {session.LoginTime}";
}

public class UtmpTests
{
    private static readonly UtmpLayout[] Layouts = [UtmpLayout.Narrow, UtmpLayout.Wide];

    [Fact]
    public void Records_are_384_bytes_on_x64_and_400_on_arm64()
    {
        var (x64, arm64) = (UtmpLayout.For(Architecture.X64), UtmpLayout.For(Architecture.Arm64));
        Assert.Equal((384, 340), (x64.RecordBytes, x64.TimeOffset));
        Assert.Equal((400, 344), (arm64.RecordBytes, arm64.TimeOffset));
        Assert.Equal(384, UtmpLayout.For(Architecture.Arm).RecordBytes);
        Assert.Equal(384, UtmpLayout.For(Architecture.X86).RecordBytes);
    }

    [Fact]
    public void Only_user_processes_with_a_name_are_sessions_in_the_file_s_order()
    {
        foreach (var layout in Layouts)
        {
            byte[] content =
            [
                .. UtmpRecords.Record(layout, UtmpRecords.BootTime, "~", "reboot", 1),
                .. UtmpRecords.Record(layout, UtmpRecords.LoginProcess, "tty1", "LOGIN", 2),
                .. UtmpRecords.Record(layout, UtmpRecords.UserProcess, "pts/9", "zoe", 1795238000),
                .. UtmpRecords.Record(layout, UtmpRecords.UserProcess, "pts/0", "", 3),
                .. UtmpRecords.Record(layout, UtmpRecords.DeadProcess, "pts/1", "gone", 4),
                .. UtmpRecords.Record(layout, UtmpRecords.UserProcess, "", "ann", -1),
                .. UtmpRecords.Record(layout, UtmpRecords.UserProcess, "pts/2", "dead", 5, process: 0x7fffffff),
                .. UtmpRecords.Record(layout, 0x107, "pts/3", "odd", 6),
            ];
            var sessions = Utmp.Parse(content, layout);
            Assert.Equal(["zoe@pts/9 1795238000", "ann@ -1", "dead@pts/2 5"], sessions.Select(UtmpRecords.Show));
        }
    }

    [Fact]
    public void Line_and_name_may_fill_their_fields()
    {
        foreach (var layout in Layouts)
        {
            var (line, user) = (new string('l', 32), new string('u', 32));
            var content = UtmpRecords.Record(layout, UtmpRecords.UserProcess, line, user, 7);
            Array.Fill(content, (byte)'i', 40, 4);
            Assert.Equal($"{user}@{line} 7", UtmpRecords.Show(Assert.Single(Utmp.Parse(content, layout))));
        }
    }

    [Fact]
    public void A_wide_record_keeps_a_time_after_2038()
    {
        var content = UtmpRecords.Record(UtmpLayout.Wide, UtmpRecords.UserProcess, "pts/0", "ann", 4102444800);
        Assert.Equal(4102444800, Utmp.Parse(content, UtmpLayout.Wide)[0].LoginTime);
    }

    [Fact]
    public void A_file_cut_anywhere_gives_its_whole_records()
    {
        foreach (var layout in Layouts)
        {
            var one = UtmpRecords.Record(layout, UtmpRecords.UserProcess, "pts/0", "ann", 1);
            byte[] content = [.. one, .. one, .. one];
            for (var length = 0; length <= content.Length; length++)
                Assert.Equal(length / layout.RecordBytes, Utmp.Parse(content.AsSpan(0, length), layout).Count);
        }
    }

    [Fact]
    public void Garbage_is_read_without_an_error()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 200; round++)
        {
            var content = new byte[random.Next(4000)];
            random.NextBytes(content);
            foreach (var layout in Layouts)
            {
                for (var start = 0; start + 1 < content.Length; start += layout.RecordBytes)
                    MemoryMarshal.Write(content.AsSpan(start), UtmpRecords.UserProcess);
                Assert.All(Utmp.Parse(content, layout), session =>
                {
                    Assert.InRange(session.User.Length, 1, 32);
                    Assert.InRange(session.Line.Length, 0, 32);
                });
            }
        }
    }
}
