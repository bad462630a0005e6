using System.Buffers;
using System.Globalization;
using System.Text;

namespace Rwho.Actors.Query;

/// <summary>
/// ASCII on its way to bytes, gathered in a pooled buffer. What a host sent is written as bytes, without becoming a
/// string first.
/// </summary>
internal sealed class AsciiText(IBufferWriter<byte> output) : TextWriter(CultureInfo.InvariantCulture)
{
    private const int BufferBytes = 16 * 1024;
    private const int EscapedBytes = 6;
    private const int NumberBytes = 24;

    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        Enumerable.Range(' ', 0x7F - ' ').Select(b => (byte)b).Except("\"\\"u8.ToArray()).ToArray());

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int length;

    public override Encoding Encoding => Encoding.ASCII;

    public override void Write(char value)
    {
        if (length == buffer.Length) Flush();
        buffer[length++] = (byte)value;
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (length == buffer.Length) Flush();
            var part = text[..Math.Min(text.Length, buffer.Length - length)];
            length += Encoding.ASCII.GetBytes(part, buffer.AsSpan(length));
            text = text[part.Length..];
        }
    }

    /// <summary>A few bytes as a JSON string: those outside printable ASCII are <c>\u00xx</c>.</summary>
    public void WriteQuoted(ReadOnlySpan<byte> text)
    {
        var space = Space(text.Length * EscapedBytes + 2);
        space[0] = (byte)'"';
        var written = 1;
        if (!text.ContainsAnyExcept(Plain))
        {
            text.CopyTo(space[written..]);
            written += text.Length;
        }
        else
        {
            foreach (var value in text) written += Escape(value, space[written..]);
        }

        space[written++] = (byte)'"';
        length += written;
    }

    /// <summary>What formats itself, in quotes.</summary>
    public void WriteQuoted(IUtf8SpanFormattable value)
    {
        const int LongestAddress = 96;
        Span<byte> text = stackalloc byte[LongestAddress];
        value.TryFormat(text, out var count, default, CultureInfo.InvariantCulture);
        WriteQuoted(text[..count]);
    }

    /// <summary>A number of hundredths with two decimals.</summary>
    public void WriteHundredths(int value)
    {
        var space = Space(NumberBytes);
        var written = 0;
        if (value < 0) space[written++] = (byte)'-';
        var (whole, hundredths) = Math.DivRem(Math.Abs((long)value), 100);
        whole.TryFormat(space[written..], out var digits, default, CultureInfo.InvariantCulture);
        written += digits;
        space[written++] = (byte)'.';
        space[written++] = (byte)('0' + hundredths / 10);
        space[written++] = (byte)('0' + hundredths % 10);
        length += written;
    }

    public override void Flush()
    {
        output.Write(buffer.AsSpan(0, length));
        length = 0;
    }

    protected override void Dispose(bool disposing)
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        base.Dispose(disposing);
    }

    private static int Escape(byte value, Span<byte> space)
    {
        if (Plain.Contains(value))
        {
            space[0] = value;
            return 1;
        }

        space[0] = (byte)'\\';
        if (value is (byte)'"' or (byte)'\\')
        {
            space[1] = value;
            return 2;
        }

        "u00"u8.CopyTo(space[1..]);
        value.TryFormat(space[4..], out _, "x2", CultureInfo.InvariantCulture);
        return EscapedBytes;
    }

    private Span<byte> Space(int bytes)
    {
        if (buffer.Length - length < bytes) Flush();
        return buffer.AsSpan(length);
    }
}
