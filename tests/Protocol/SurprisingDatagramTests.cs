using Rwho.Protocol;
using static Rwho.Tests.Protocol.Board;

namespace Rwho.Tests.Protocol;

/// <summary>
/// Datagrams that broke or surprised one of the old programs, each with its outcome. Ports and addresses are the
/// receiver's matter and not tested here.
/// </summary>
public sealed class SurprisingDatagramTests
{
    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["no bytes"] = Refused(Cut(0), Rejection.TooShort),
        ["1 byte"] = Refused(Cut(1), Rejection.TooShort),
        ["44 bytes, the end of the name"] = Refused(Cut(44), Rejection.TooShort),
        ["59 bytes"] = Refused(Cut(59), Rejection.TooShort),
        ["60 bytes, no user"] = Taken(Cut(60)),
        ["61 bytes, a part of a user"] = Taken(Cut(61)),
        ["83 bytes, a user but for one byte"] = Taken(Cut(83)),
        ["84 bytes, one user"] = Taken(Cut(84), entries: 1),
        ["107 bytes, one user and a part"] = Taken(Cut(107), entries: 1),
        ["1067 bytes"] = Taken(Cut(1067), entries: 41),
        ["1068 bytes"] = Taken(Cut(1068), entries: 42),
        ["1069 bytes: the first 1068 count"] = Taken(Cut(1069), entries: 42),
        ["1092 bytes: the first 1068 count"] = Taken(Cut(1092), entries: 42),
        ["1596 bytes, of 64 users the first 42 count"] = Taken(Cut(1596), entries: 42),
        ["version 0"] = Refused(Host("alpha") with { Version = 0 }, Rejection.Version),
        ["version 2"] = Refused(Host("alpha") with { Version = 2 }, Rejection.Version),
        ["version 0x81"] = Refused(Host("alpha") with { Version = 0x81 }, Rejection.Version),
        ["type 0"] = Refused(Host("alpha") with { Type = 0 }, Rejection.Type),
        ["type 2, which is of newer nodes only"] = Refused(Host("alpha") with { Type = 2 }, Rejection.Type),
        ["a wrong version counts before a wrong type"] = Refused(new() { Version = 0, Type = 0 }, Rejection.Version),
        ["a wrong type counts before a wrong name"] = Refused(new() { Type = 0, Name = [] }, Rejection.Type),
        ["name empty"] = Refused(Host(""), Rejection.HostNameEmpty),
        ["name empty before rubbish"] = Refused(Host("\0alpha"), Rejection.HostNameEmpty),
        ["name of 31 bytes"] = Taken(Host(new string('x', 31)), new string('x', 31)),
        ["name of 32 bytes without NUL: the last is its end"] = Taken(Host(new string('x', 32)), new string('x', 31)),
        ["name with a bad byte only in the last place"] = Taken(Host(new string('x', 31) + "/"), new string('x', 31)),
        ["name with a bad byte in the place before"] =
            Refused(Host(new string('x', 30) + "/"), Rejection.HostNameCharacter),
        ["rubbish behind the name's NUL"] = Taken(Host("alpha\0/ \n\x1B[2J\xFF"), "alpha"),
        ["name with a slash"] = Refused(Host("../../etc/cron.d/x"), Rejection.HostNameCharacter),
        ["name with a space"] = Refused(Host("al pha"), Rejection.HostNameCharacter),
        ["name with a tab"] = Refused(Host("al\tpha"), Rejection.HostNameCharacter),
        ["name with a line feed"] = Refused(Host("alpha\n"), Rejection.HostNameCharacter),
        ["name with an escape"] = Refused(Host("\x1B[2J"), Rejection.HostNameCharacter),
        ["name with DEL"] = Refused(Host("al\x7Fpha"), Rejection.HostNameCharacter),
        ["name with 0x80"] = Refused(Host("al\x80pha"), Rejection.HostNameCharacter),
        ["name with 0xFF"] = Refused(Host("\xFF"), Rejection.HostNameCharacter),
        ["name .."] = Taken(Host(".."), ".."),
        ["name ."] = Taken(Host("."), "."),
        ["name -x"] = Taken(Host("-x"), "-x"),
        ["name $(id)"] = Taken(Host("$(id)"), "$(id)"),
        ["name %s"] = Taken(Host("%s%n"), "%s%n"),
        ["name with quotes"] = Taken(Host("\"'`"), "\"'`"),
        ["name with a dot"] = Taken(Host("alpha.example.org"), "alpha.example.org"),
        ["name in capitals"] = Taken(Host("ALPHA"), "ALPHA"),
        ["receive time set by the sender"] = Taken(Host("alpha") with { Received = 0xDEAD_BEEF }),
        ["pad set"] = Taken(Host("alpha") with { Pad = 0xFFFF }),
        ["sent in 1970"] = Taken(Host("alpha") with { Sent = 0 }),
        ["sent after 2038"] = Taken(Host("alpha") with { Sent = 0x8000_0000 }),
        ["sent in 2106"] = Taken(Host("alpha") with { Sent = 0xFFFF_FFFF }),
        ["booted in 1970"] = Taken(Host("alpha") with { Boot = 0 }),
        ["booted after it was sent"] = Taken(Host("alpha") with { Boot = (uint)Now + 3600 }),
        ["load negative"] = Taken(Host("alpha") with { Load = [-1, int.MinValue, -1] }),
        ["load huge"] = Taken(Host("alpha") with { Load = [int.MaxValue, int.MaxValue, int.MaxValue] }),
        ["control bytes in line and user"] = Taken(HostWith(new RawEntry("\x1B[2J", "\a\b\r\n")), entries: 1),
        ["line and user of 8 bytes without NUL"] = Taken(HostWith(new RawEntry("12345678", "abcdefgh")), entries: 1),
        ["line and user empty"] = Taken(HostWith(new RawEntry("", "")), entries: 1),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    private sealed record Case(byte[] Datagram, Rejection Rejection, string Host, int Entries);

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Limit", "bytes of a datagram")]
    [Trait("Limit", "entries of a datagram")]
    public void A_surprising_datagram_has_its_outcome(string name)
    {
        var expected = Cases[name];
        var taken = WhodCodec.TryRead(expected.Datagram, out var datagram, out var rejection);
        Assert.Equal(expected.Rejection, rejection);
        Assert.Equal(rejection == Rejection.None, taken);
        if (!taken) return;
        Assert.Equal(expected.Host, datagram.Host.ToString());
        Assert.Equal(expected.Entries, datagram.EntryCount);
        Assert.Equal(expected.Datagram.Take(1068), datagram.Bytes.ToArray());
    }

    [Fact]
    public void The_same_letters_in_another_case_are_another_host()
    {
        WhodCodec.TryRead(Host("Alpha").ToDatagram(), out var capital, out _);
        WhodCodec.TryRead(Host("alpha").ToDatagram(), out var small, out _);
        Assert.NotEqual(capital.Host, small.Host);
        Assert.NotEqual(SpoolFile.NameOf(capital.Host), SpoolFile.NameOf(small.Host));
    }

    [Fact]
    public void A_spool_file_is_as_long_as_its_datagram_however_long_the_one_before_was()
    {
        var content = new byte[1068];
        foreach (var length in (int[])[1068, 84, 61, 60])
        {
            WhodCodec.TryRead(Cut(length).ToDatagram(), out var datagram, out _);
            Assert.Equal(length, SpoolFile.Write(new HostStatus(datagram, Now), content));
        }
    }

    private static RawStatus Cut(int length) => Host("alpha") with
    {
        Entries = [.. Enumerable.Range(0, 64).Select(i => new RawEntry($"pts/{i}", $"user{i}", 1, i))],
        Length = length,
    };

    private static Case Taken(RawStatus status, string host = "alpha", int entries = 0) =>
        new(status.ToDatagram(), Rejection.None, host, entries);

    private static Case Refused(RawStatus status, Rejection rejection) => new(status.ToDatagram(), rejection, "", 0);
}
