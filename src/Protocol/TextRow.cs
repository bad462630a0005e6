using System.Buffers.Binary;
using System.Globalization;

namespace Rwho.Protocol;

/// <summary>One line of a report while it is written: ASCII, into space that its caller got for a whole row.</summary>
internal ref struct TextRow(Span<byte> space)
{
    /// <summary>More than the longest row of any report.</summary>
    public const int MaxBytes = 256;

    private const int NumberBytes = 24;

    private readonly Span<byte> space = space;

    public int Length { get; private set; }

    public void Text(scoped ReadOnlySpan<byte> text)
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
        Span<byte> digits = stackalloc byte[NumberBytes];
        value.TryFormat(digits, out var count, default, CultureInfo.InvariantCulture);
        Blanks(width - count);
        Text(digits[..count]);
    }

    /// <summary>A number of at least two digits; a minus sign counts as one, as in C's <c>%02d</c>.</summary>
    public void TwoDigits(long value)
    {
        if (value is >= 0 and < 10) Text("0"u8);
        Number(value, 0);
    }

    /// <summary>A number of hundredths with two decimals, blanks before it up to the width.</summary>
    public void Hundredths(int value, int width)
    {
        Span<byte> digits = stackalloc byte[NumberBytes];
        var number = new TextRow(digits);
        if (value < 0) number.Text("-"u8);
        var (whole, hundredths) = Math.DivRem(Math.Abs((long)value), 100);
        number.Number(whole, 0);
        number.Text("."u8);
        number.TwoDigits(hundredths);
        Blanks(width - number.Length);
        Text(digits[..number.Length]);
    }

    private void Field(Span<byte> field)
    {
        var end = field.IndexOf((byte)0);
        if (end < 0) end = field.Length;
        PrintableText.Clean(field[..end]);
        Length += end;
    }
}
