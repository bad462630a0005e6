using System.Buffers.Binary;
using System.Globalization;

namespace Rwho.Protocol;

/// <summary>One line of a report while it is written: ASCII, into space that its caller got for a whole row.</summary>
internal ref struct TextRow(Span<byte> space)
{
    /// <summary>More than the longest row of any report.</summary>
    public const int MaxBytes = 256;

    private readonly Span<byte> space = space;

    public int Length { get; private set; }

    public void Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(space[Length..]);
        Length += text.Length;
    }

    public void Blanks(int count)
    {
        if (count <= 0) return;
        space.Slice(Length, count).Fill((byte)' ');
        Length += count;
    }

    /// <summary>A host name, bytes outside printable ASCII as <c>?</c>.</summary>
    public void Name(HostName name)
    {
        var field = space.Slice(Length, HostName.FieldBytes);
        name.WriteTo(field);
        Field(field);
    }

    /// <summary>A line or user name as <see cref="WhodEntry"/> packs it, the same way.</summary>
    public void Name(ulong packed)
    {
        var field = space.Slice(Length, WhodLayout.EntryTextBytes);
        BinaryPrimitives.WriteUInt64BigEndian(field, packed);
        Field(field);
    }

    /// <summary>A whole number, blanks before it up to the width.</summary>
    public void Number(long value, int width)
    {
        var start = Length;
        value.TryFormat(space[start..], out var count, default, CultureInfo.InvariantCulture);
        Length += count;
        AlignRight(start, width);
    }

    /// <summary>A number of at least two digits; a minus sign counts as one, as in C's <c>%02d</c>.</summary>
    public void TwoDigits(long value)
    {
        if (value is >= 0 and < 10) Text("0"u8);
        Number(value, width: 0);
    }

    /// <summary>A number of hundredths with two decimals, blanks before it up to the width.</summary>
    public void Hundredths(int value, int width)
    {
        var start = Length;
        if (value < 0) Text("-"u8);
        var (whole, hundredths) = Math.DivRem(Math.Abs((long)value), 100);
        Number(whole, width: 0);
        Text("."u8);
        TwoDigits(hundredths);
        AlignRight(start, width);
    }

    private void AlignRight(int start, int width)
    {
        var text = space[start..Length];
        var blanks = width - text.Length;
        if (blanks <= 0) return;
        text.CopyTo(space[(start + blanks)..]);
        space.Slice(start, blanks).Fill((byte)' ');
        Length += blanks;
    }

    private void Field(Span<byte> field)
    {
        var end = field.IndexOf((byte)0);
        if (end < 0) end = field.Length;
        PrintableText.Clean(field[..end]);
        Length += end;
    }
}
