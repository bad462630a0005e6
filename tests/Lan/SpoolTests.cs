namespace Rwho.Tests.Lan;

/// <summary>One datagram, two daemons: our spool files are Debian's.</summary>
public sealed class SpoolTests(MixedLan site) : IClassFixture<MixedLan>
{
    [NodeTheory]
    [MemberData(nameof(Datagrams))]
    public async Task Spool_files_of_one_datagram_differ_in_the_time_of_receipt_alone(
        string name, string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        await site.Gamma.Send(bytes, site.Lan.Broadcast);
        await Eventually.True(
            () => Same(site.Alpha.SpoolFile(name), site.Beta.SpoolFile(name)),
            () => $"{what}: {Show(site.Alpha.SpoolFile(name))} as Debian's {Show(site.Beta.SpoolFile(name))}");
    }

    [NodeFact]
    public async Task A_shorter_datagram_shrinks_the_file()
    {
        uint now = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        foreach (int users in new[] { 42, 3, 0, 1 })
        {
            var announcement = new Announcement("shrinking") { SendTime = now++, Users = Crowd.Of(users) };
            await site.Gamma.Send(announcement.ToBytes(), site.Lan.Broadcast);
            await Eventually.True(
                () => site.Beta.SpoolFile("shrinking")?.Length == 60 + (24 * users)
                    && Same(site.Alpha.SpoolFile("shrinking"), site.Beta.SpoolFile("shrinking")),
                $"{users} users in both spools");
        }
    }

    public static TheoryData<string, string, byte[]> Datagrams()
    {
        (string What, Func<Announcement, Announcement> Make)[] kinds =
        [
            ("the header alone", it => it),
            ("garbage in the pad, behind the name and as time of receipt", it => it with { Filler = 0xa5 }),
            ("one user", it => it with { Users = Crowd.Of(1) }),
            ("part of an entry", it => it with { Tail = [.. Enumerable.Range(1, 23).Select(i => (byte)i)] }),
            ("an entry and part of one", it => it with { Users = Crowd.Of(1), Tail = [1, 2, 3] }),
            ("full: 1068 bytes", it => it with { Users = Crowd.Of(42) }),
            ("1069 bytes", it => it with { Users = Crowd.Of(42), Tail = [7] }),
            ("1092 bytes", it => it with { Users = Crowd.Of(43) }),
            ("1472 bytes", it => it with { Users = Crowd.Of(58), Tail = new byte[20] }),
            ("1596 bytes, in two fragments", it => it with { Users = Crowd.Of(64) }),
            ("strange numbers", it => it with
            {
                Load = (-1, int.MaxValue, int.MinValue),
                BootTime = 0,
                Users = [new User("12345678", "abcdefgh", 0, -5), new User("", "", uint.MaxValue, int.MaxValue)],
            }),
            ("control bytes in line and name", it => it with { Users = [new User("\x1b[2J", "\x7f\x80\xff", 1, 1)] }),
        ];
        var data = new TheoryData<string, string, byte[]>();
        for (int i = 0; i < kinds.Length; i++)
            data.Add($"kind{i}", kinds[i].What, kinds[i].Make(new Announcement($"kind{i}")).ToBytes());
        return data;
    }

    private static bool Same(byte[]? ours, byte[]? debians) =>
        ours is not null && debians is not null && ours.Length == debians.Length
            && ours.AsSpan(0, 8).SequenceEqual(debians.AsSpan(0, 8))
            && ours.AsSpan(12).SequenceEqual(debians.AsSpan(12));

    private static string Show(byte[]? file) => file is null ? "nothing" : Convert.ToHexString(file);
}
