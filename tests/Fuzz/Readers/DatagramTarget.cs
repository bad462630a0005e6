using System.Buffers.Binary;
using System.Numerics;
using Rwho.Protocol;
using Rwho.Tests.Fuzz.Mutation;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>
/// What a host broadcasts. The rules are written down here once more, with the offsets of 4.2BSD's <c>struct whod</c>,
/// so that a mistake in the reader has nothing to agree with.
/// </summary>
internal sealed class DatagramTarget() : Target("datagram", MaxInput)
{
    public const int HeaderBytes = 60;
    public const int EntryBytes = 24;
    public const int StatusBytes = 1068;

    /// <summary>A datagram has no end at 1068 bytes for whoever sends it.</summary>
    private const int MaxInput = StatusBytes + 2 * EntryBytes;

    private const int NameOffset = 12;
    private const int NameBytes = 31;

    /// <summary>Of more than these the same is not checked once more: it takes the most time.</summary>
    private const int FewEntries = 3;

    private readonly byte[] expected = new byte[StatusBytes];
    private readonly byte[] written = new byte[StatusBytes];

    public static readonly Layout DatagramLayout = new(
        [.. Layout.Row(2, 2, 4, 4), new Field(NameOffset, 32), .. Layout.Row(44, 4, 4, 4, 4), new Field(12, 31)],
        HeaderBytes, Layout.Row(0, 8, 8, 4, 4), EntryBytes);

    public override Layout Layout => DatagramLayout;

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var taken = WhodCodec.TryRead(input, out var datagram, out var rejection);
        Unless(rejection == Expected(input), "the first check that fails is the reason");
        Unless(taken == (rejection == Rejection.None), "what is taken has no reason to be refused");
        if (!taken)
        {
            var isPast = rejection is Rejection.HostNameEmpty or Rejection.HostNameCharacter;
            return new Outcome(isPast ? Depth.PastHeader : Depth.Refused, (int)rejection);
        }

        var kept = input[..Math.Min(input.Length, StatusBytes)];
        Unless(datagram.Bytes.Span.SequenceEqual(kept), "a datagram is kept as it came");
        var entries = (kept.Length - HeaderBytes) / EntryBytes;
        Unless(datagram.EntryCount == entries, "each whole entry counts, 42 at most");
        Unless(datagram.UserCount(all: true) == entries, "all users are counted");
        var active = 0;
        for (var i = 0; i < entries; i++)
            if (BinaryPrimitives.ReadInt32BigEndian(kept[(HeaderBytes + i * EntryBytes + 20)..]) < 3600) active++;
        Unless(datagram.UserCount(all: false) == active, "users idle under an hour are counted");
        var name = CheckAgain(datagram, kept, entries);
        return new Outcome(Depth.Taken, KindOf(entries, name));
    }

    /// <summary>About as many users, and as long a name.</summary>
    public static int KindOf(int entries, int name) =>
        16 + 32 * (entries >= 42 ? 7 : BitOperations.Log2((uint)entries + 1)) + name;

    /// <summary>What is read and written is what came, but for what senders leave in it by accident.</summary>
    /// <returns>The name's length.</returns>
    private int CheckAgain(WhodDatagram datagram, ReadOnlySpan<byte> kept, int entries)
    {
        var whole = expected.AsSpan(0, HeaderBytes + entries * EntryBytes);
        kept[..whole.Length].CopyTo(whole);
        whole[2..4].Clear(); // pad
        whole[8..12].Clear(); // receive time
        var name = NameOf(whole).Length;
        whole[(NameOffset + name)..44].Clear();
        var length = WhodCodec.Write(datagram.ToStatus(), written);
        Unless(whole.SequenceEqual(written.AsSpan(0, length)), "what is read and written is what came");
        Unless(datagram.Host.Length == name, "a name is all before its first NUL");
        if (entries > FewEntries) return name;
        Unless(WhodCodec.TryRead(whole, out var again, out _), "what is written can be read");
        Unless(again.Host == datagram.Host, "the host is the same");
        Unless(again.HasSameUsers(datagram), "the same users are logged in");
        if (kept.Length == whole.Length && kept[2] == 0 && kept[3] == 0 && kept[NameOffset..44].SequenceEqual(
            whole[NameOffset..44])) Unless(again.Hash == datagram.Hash, "the receive time tells no datagrams apart");
        return name;
    }

    private static Rejection Expected(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeaderBytes) return Rejection.TooShort;
        if (input[0] != 1) return Rejection.Version;
        if (input[1] != 1) return Rejection.Type;
        var name = NameOf(input);
        if (name.IsEmpty) return Rejection.HostNameEmpty;
        foreach (var character in name)
            if (character is <= 0x20 or >= 0x7F or (byte)'/') return Rejection.HostNameCharacter;
        return Rejection.None;
    }

    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> datagram)
    {
        var length = 0;
        while (length < NameBytes && datagram[NameOffset + length] != 0) length++;
        return datagram.Slice(NameOffset, length);
    }
}
