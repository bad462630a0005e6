using System.Runtime.InteropServices;
using Rwho.Node.Linux;
using Rwho.Tests.Fuzz.Mutation;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>The file of logged-in users, in both its sizes of record (utmp(5)).</summary>
internal sealed class UtmpTarget() : Target("utmp", 8 * WideRecord)
{
    private const int NarrowRecord = 384, NarrowTime = 340;
    private const int WideRecord = 400, WideTime = 344;
    private const short UserProcess = 7;

    public override Layout Layout { get; } = new(
        [], 0, [.. Layout.Row(0, 2, 2, 4, 32, 1, 3, 32), new Field(336, 4), new Field(340, 4), new Field(344, 8)],
        NarrowRecord);

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var narrow = CheckAs(input, UtmpLayout.Narrow, NarrowRecord, NarrowTime);
        var wide = CheckAs(input, UtmpLayout.Wide, WideRecord, WideTime);
        return new Outcome(narrow + wide == 0 ? Depth.Refused : Depth.Taken, narrow * 16 + wide);
    }

    private static int CheckAs(ReadOnlySpan<byte> input, UtmpLayout layout, int recordBytes, int timeOffset)
    {
        var sessions = Utmp.Parse(input, layout);
        var next = 0;
        for (; input.Length >= recordBytes; input = input[recordBytes..])
        {
            var user = UntilNul(input.Slice(44, 32));
            if (MemoryMarshal.Read<short>(input) != UserProcess || user.IsEmpty) continue;
            Unless(next < sessions.Count, "each user process with a name is a session");
            var session = sessions[next++];
            Unless(session.User.AsSpan().SequenceEqual(user), "a user's name is all before its first NUL");
            Unless(session.Line.AsSpan().SequenceEqual(UntilNul(input.Slice(8, 32))), "so is a line");
            var time = recordBytes == NarrowRecord
                ? MemoryMarshal.Read<int>(input[timeOffset..]) : MemoryMarshal.Read<long>(input[timeOffset..]);
            Unless(session.LoginTime == time && session.IsTerminal, "the login time is what stands there");
        }

        Unless(next == sessions.Count, "nothing else is a session");
        return next;
    }

    private static ReadOnlySpan<byte> UntilNul(ReadOnlySpan<byte> field) =>
        field.IndexOf((byte)0) is >= 0 and var length ? field[..length] : field;
}
