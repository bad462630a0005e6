using System.Text;

namespace Rwho.Tests.Protocol;

/// <summary>Spools picked by hand for <see cref="DebianTextTests"/>: one peculiarity each.</summary>
internal static class NastySpools
{
    public static IReadOnlyList<IReadOnlyList<RawStatus>> All(long now)
    {
        RawStatus Up(string name) => new()
        {
            Name = Encoding.Latin1.GetBytes(name),
            Sent = (uint)now,
            Boot = (uint)now - 3600,
            Received = (uint)now,
        };

        RawStatus Down(string name, int seconds) => Up(name) with { Received = (uint)(now - seconds) };

        RawEntry[] Users(int count) => [.. Enumerable.Range(0, count).Select(i => new RawEntry($"pts/{i}", $"u{i}"))];

        List<RawStatus> Each<T>(IEnumerable<T> values, Func<RawStatus, T, RawStatus> change) =>
            [.. values.Select((value, i) => change(Up($"h{i:00}"), value))];

        int[] uptimes =
        [
            0, 1, 59, 60, 61, 3540, 3541, 3600, 86_340, 86_341, 86_400, 863_913_600, 864_000_000, -60, -1_000_000,
        ];
        int[] idles =
        [
            0, 59, 60, 3599, 3600, 359_999, 360_000, int.MaxValue, -1, -60, -600, -3600, -3660, int.MinValue,
        ];
        uint[] logins = [0, 1, uint.MaxValue, uint.MaxValue - 86_400, int.MaxValue, (uint)now, 951_782_400];
        int[] sizes = [0, 1, 59, 60, 84, 108, 1068, 1069, 1092, 1596];
        return
        [
            [Up("one") with { Entries = Users(1) }],
            [Up("two") with { Entries = Users(2) }, Up("none")],
            [Up(""), Up("elevenbytes"), Up("twelve-bytes"), Down("twelve-bytez", 905), Down("", 905)],
            [Up("Zed"), Up("alpha"), Up("Alpha"), Up("a"), Up("a-b"), Up("a.b"), Up("a b"), Up("..")],
            [Up("$(id)"), Up("%s%n"), Up("\"'`"), Up("-x"), Up("/"), Up(".")],
            [Up("same"), Up("same"), Up("same") with { Entries = Users(3) }],
            [Up("a") with { Load = [999, 999, 999] }, Down("b", 905) with { Load = [999, 999, 1000] }],
            [Up("a") with { Load = [999, 999, 999] }, Down("b", 905) with { Load = [999, 1000, 999] }],
            [Up("a") with { Load = [1000, 0, 0] }, Up("b"), Up("c") with { Load = [0, 1000, 0] }],
            [Up("a") with { Load = [-5, -100, -1234] }, Up("b") with { Load = [int.MinValue, int.MinValue, -1] }],
            [Up("a") with { Load = [int.MaxValue, int.MaxValue, int.MaxValue] }, Up("b")],
            Each(uptimes, (host, uptime) => host with { Boot = unchecked(host.Sent - (uint)uptime) }),
            [.. uptimes.Skip(9).Take(5).Select((seconds, i) => Down($"d{i}", seconds + 1)), Up("up")],
            [Up("boot0") with { Boot = 0 }, Up("all0") with { Boot = 0, Sent = 0 }, Up("boot1") with { Boot = 1 }],
            [Up("late") with { Sent = 0xFFFF_FFFF, Boot = 0xFFFF_0000 }],
            [Up("turn") with { Sent = int.MaxValue, Boot = 1 << 30 }],
            [Up("soon") with { Received = (uint)now + 86_400 }, Down("ago", 600), Down("down", 725)],
            [Up("back") with { Boot = (uint)now + 1_000_018 }, Down("down", 785), Down("older", 6005), Up("up")],
            Each(idles, (host, idle) => host with { Entries = [new RawEntry("tty1", "ann", 86_400, idle)] }),
            Each(logins, (host, login) => host with { Entries = [new RawEntry("tty1", "ann", login)] }),
            Each(sizes, (host, size) => host with { Entries = Users(64), Length = size }),
            Each([0, 2, 0x81, 255], (host, value) => host with { Version = (byte)value, Entries = Users(1) }),
            Each([0, 2, 0x81, 255], (host, value) => host with { Type = (byte)value, Entries = Users(1) }),
            [Up("x") with { Entries = [new("", ""), new("tty", ""), new("", "ann"), new("12345678", "12345678")] }],
            [Up("x") with { Entries = [new("a\0zzzzzz", "u\0zzzzzz"), new("a\0aaaaaa", "u\0aaaaaa"), new("b", "u")] }],
            [Up("beta") with { Entries = Users(5) }, Up("alpha") with { Entries = Users(5) }],
            [Down("a", 905) with { Entries = Users(9) }, Up("b") with { Entries = Users(1) }],
            [Up("a") with { Entries = [new("longline", "ann", 0, 7200), new("tty1", "ann")] }],
            [.. Enumerable.Range(0, 24).Select(i => Up($"full{i}") with { Entries = Users(i < 23 ? 42 : 34) })],
            [Up("tail") with { Name = [.. "tail"u8, 0, .. Enumerable.Repeat((byte)0x1B, 27)] }],
            [Up("pad") with { Pad = 0x1234 }],
        ];
    }
}
