using System.Buffers.Binary;

namespace Rwho.Tests.Fuzz.Mutation;

/// <summary>Changes an input a little, knowing where its fields are and what words it is made of.</summary>
internal sealed class Mutator(Layout layout, IReadOnlyList<byte[]> words)
{
    private const int MostChanges = 8;
    private const int LongestRun = 64;

    private static readonly long[] Numbers =
    [
        0, 1, -1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 41, 42, 43, 59, 60, 61, 63, 64, 84, 100, 127, 128, -128, 129, 255, 256,
        511, 512, 513, 1000, 1023, 1024, 1025, 1067, 1068, 1069, 3599, 3600, 4096, 32767, -32768, 32768, 65535, 65536,
        99999, 360_000, int.MaxValue, int.MinValue, uint.MaxValue, (long)int.MaxValue + 1, long.MaxValue, long.MinValue,
    ];

    // What ends a text, a path, a line or a word, or is obeyed by a terminal.
    private static readonly byte[] Characters =
        [0, 1, 8, 9, 10, 13, 0x1B, 0x1F, .. " !\"#$%&'()*+,-./019:;<=>?@AZ[\\]_`az{|}~"u8, 0x7F, 0x80, 0x9B, 0xC3,
        0xFF];

    /// <param name="other">Another input, to take parts of.</param>
    public void Change(ref RandomNumbers random, Input input, ReadOnlySpan<byte> other)
    {
        for (var changes = random.Few(MostChanges); changes > 0; changes--) ChangeOnce(ref random, input, other);
    }

    private void ChangeOnce(ref RandomNumbers random, Input input, ReadOnlySpan<byte> other)
    {
        switch (random.Below(16))
        {
            case <= 4 when layout.Pick(ref random, input.Length) is { Bytes: > 0 } field:
                ChangeField(ref random, input.Bytes.Slice(field.Offset, field.Bytes), field, other);
                break;
            case <= 6 when words.Count > 0:
                PutWord(ref random, input, words[random.Below(words.Count)]);
                break;
            case 7:
                Remove(ref random, input);
                break;
            case 8:
                Repeat(ref random, input);
                break;
            case 9 or 10:
                Splice(ref random, input, other);
                break;
            case 11:
                Resize(ref random, input);
                break;
            case 12:
                PutNumber(ref random, input);
                break;
            case 13:
                Insert(ref random, input);
                break;
            default:
                if (input.Length > 0) ChangeByte(ref random, ref input.Bytes[random.Below(input.Length)]);
                break;
        }
    }

    private static void ChangeField(
        ref RandomNumbers random, Span<byte> bytes, Field field, ReadOnlySpan<byte> other)
    {
        switch (random.Below(4))
        {
            case 0 when field.Offset + field.Bytes <= other.Length:
                other.Slice(field.Offset, field.Bytes).CopyTo(bytes);
                break;
            case 1 or 2 when field.IsNumber:
                WriteNumber(ref random, bytes, isBig: true);
                break;
            case 3 when field.IsNumber:
                AddTo(ref random, bytes);
                break;
            case 1:
                bytes[random.Below(bytes.Length)..].Clear();
                break;
            case 2:
                bytes.Fill(Characters[random.Below(Characters.Length)]);
                break;
            default:
                ChangeByte(ref random, ref bytes[random.Below(bytes.Length)]);
                break;
        }
    }

    private static void ChangeByte(ref RandomNumbers random, ref byte value) => value = random.Below(4) switch
    {
        0 => (byte)(value ^ 1 << random.Below(8)),
        1 => (byte)random.Next(),
        2 => (byte)(value + random.Below(2) * 2 - 1),
        _ => Characters[random.Below(Characters.Length)],
    };

    private static void PutWord(ref RandomNumbers random, Input input, byte[] word)
    {
        var at = random.Below(input.Length + 1);
        var isOver = random.Below(2) == 0 && at + word.Length <= input.Length;
        var room = isOver ? input.Bytes.Slice(at, word.Length) : input.Insert(at, word.Length);
        word.AsSpan(0, room.Length).CopyTo(room);
    }

    private static void Remove(ref RandomNumbers random, Input input)
    {
        if (input.Length == 0) return;
        var at = random.Below(input.Length);
        input.Remove(at, 1 + random.Below(Math.Min(LongestRun, input.Length - at)));
    }

    private void Repeat(ref RandomNumbers random, Input input)
    {
        if (input.Length == 0) return;
        var at = random.Below(input.Length);
        var count = 1 + random.Below(Math.Min(LongestRun, input.Length - at));
        if (layout.RecordBytes > 0 && input.Length >= layout.HeaderBytes + layout.RecordBytes)
        {
            at = layout.HeaderBytes;
            count = layout.RecordBytes;
        }

        for (var times = random.Few(LongestRun); times > 0 && input.Free >= count; times--) input.Insert(at, count);
    }

    /// <summary>A part of another input, over this one or between: from the same place, or from anywhere.</summary>
    private static void Splice(ref RandomNumbers random, Input input, ReadOnlySpan<byte> other)
    {
        if (other.IsEmpty) return;
        var from = random.Below(other.Length);
        var part = other.Slice(from, 1 + random.Below(other.Length - from));
        var at = random.Below(2) == 0 ? Math.Min(from, input.Length) : random.Below(input.Length + 1);
        if (random.Below(2) == 0)
        {
            part = part[..Math.Min(part.Length, LongestRun)];
            var gap = input.Insert(at, part.Length);
            part[..gap.Length].CopyTo(gap);
            return;
        }

        input.Resize(Math.Max(input.Length, at + part.Length));
        part[..(Math.Min(input.Length, at + part.Length) - at)].CopyTo(input.Bytes[at..]);
    }

    private void Resize(ref RandomNumbers random, Input input)
    {
        if (random.Below(8) == 0) input.Resize(random.Below(input.Length + input.Free + 1));
        else if (layout.RecordBytes == 0) input.Resize(Math.Max(0, input.Length + random.Below(33) - 16));
        else
            input.Resize(Math.Max(0, layout.HeaderBytes + random.Below(3) - 1
                + layout.RecordBytes * (random.Below(4) > 0 ? random.Few(8) - 1
                    : random.Below(1 + (input.Length + input.Free) / layout.RecordBytes))));
    }

    private static void PutNumber(ref RandomNumbers random, Input input)
    {
        var width = 1 << random.Below(4);
        if (input.Length < width) return;
        var bytes = input.Bytes.Slice(random.Below(input.Length - width + 1), width);
        if (random.Below(2) == 0) AddTo(ref random, bytes);
        else WriteNumber(ref random, bytes, random.Below(2) == 0);
    }

    private static void Insert(ref RandomNumbers random, Input input)
    {
        foreach (ref var value in input.Insert(random.Below(input.Length + 1), random.Few(LongestRun)))
            value = Characters[random.Below(Characters.Length)];
    }

    private static void WriteNumber(ref RandomNumbers random, Span<byte> bytes, bool isBig)
    {
        var number = random.Below(4) == 0 ? (long)random.Next() : Numbers[random.Below(Numbers.Length)];
        for (var i = 0; i < bytes.Length; i++) bytes[isBig ? bytes.Length - 1 - i : i] = (byte)(number >> 8 * i);
    }

    private static void AddTo(ref RandomNumbers random, Span<byte> bytes)
    {
        var change = random.Below(71) - 35;
        switch (bytes.Length)
        {
            case 2:
                BinaryPrimitives.WriteInt16BigEndian(
                    bytes, (short)(BinaryPrimitives.ReadInt16BigEndian(bytes) + change));
                break;
            case 4:
                BinaryPrimitives.WriteInt32BigEndian(bytes, BinaryPrimitives.ReadInt32BigEndian(bytes) + change);
                break;
            case 8:
                BinaryPrimitives.WriteInt64BigEndian(bytes, BinaryPrimitives.ReadInt64BigEndian(bytes) + change);
                break;
            default:
                bytes[0] = (byte)(bytes[0] + change);
                break;
        }
    }
}
