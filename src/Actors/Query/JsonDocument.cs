using System.Buffers;
using System.Net;
using Newtonsoft.Json;
using Rwho.Protocol;

namespace Rwho.Actors.Query;

/// <summary>
/// A JSON document of the query protocol while it is written: one line of ASCII. <see cref="End"/> hands over what is
/// written; without it, after a failure, a part may be missing.
/// </summary>
internal sealed class JsonDocument : JsonTextWriter
{
    /// <summary>Grows only when a key changes its meaning or goes away.</summary>
    public const int Schema = 1;

    private readonly AsciiText text;

    public JsonDocument(IBufferWriter<byte> output)
        : this(new AsciiText(output))
    {
    }

    private JsonDocument(AsciiText text)
        : base(text)
    {
        this.text = text;
        ArrayPool = CharacterPool.Instance;
        AutoCompleteOnClose = false;
        StringEscapeHandling = StringEscapeHandling.EscapeNonAscii;
    }

    /// <summary>Opens the document with its version.</summary>
    public void Begin()
    {
        WriteStartObject();
        Number("schema", Schema);
    }

    /// <summary>Closes the document and its line, and hands it over.</summary>
    public void End()
    {
        WriteEndObject();
        text.Write('\n');
        text.Flush();
    }

    public void Key(string name) => WritePropertyName(name, escape: false);

    public void Number(string name, long value)
    {
        Key(name);
        WriteValue(value);
    }

    public void NumberOrNull(string name, long? value)
    {
        Key(name);
        if (value is { } number) WriteValue(number);
        else WriteNull();
    }

    public void Text(string name, string value)
    {
        Key(name);
        WriteValue(value);
    }

    public void Text(string name, HostName value)
    {
        Span<byte> field = stackalloc byte[HostName.FieldBytes];
        value.WriteTo(field);
        Key(name);
        BeginRaw();
        text.WriteQuoted(field[..value.Length]);
    }

    /// <summary>A line or user name as <see cref="WhodEntry"/> packs it.</summary>
    public void Text(string name, ulong packed)
    {
        Span<byte> bytes = stackalloc byte[WhodLayout.EntryTextBytes];
        var length = WhodEntry.Unpack(packed, bytes);
        Key(name);
        BeginRaw();
        text.WriteQuoted(bytes[..length]);
    }

    public void Text(string name, IPAddress? address)
    {
        Key(name);
        if (address is null)
        {
            WriteNull();
            return;
        }

        BeginRaw();
        text.WriteQuoted(address);
    }

    /// <summary>A number of hundredths, with two decimals.</summary>
    public void Hundredths(int value)
    {
        BeginRaw();
        text.WriteHundredths(value);
    }

    // The writer keeps nothing back: after its punctuation the value can be written beneath it, without a string.
    private void BeginRaw() => WriteRawValue("");

    private sealed class CharacterPool : IArrayPool<char>
    {
        public static readonly CharacterPool Instance = new();

        public char[] Rent(int minimumLength) => ArrayPool<char>.Shared.Rent(minimumLength);

        public void Return(char[]? array)
        {
            if (array is not null) ArrayPool<char>.Shared.Return(array);
        }
    }
}
