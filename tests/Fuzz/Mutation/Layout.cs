namespace Rwho.Tests.Fuzz.Mutation;

/// <summary>A field of an input; a text unless it has the width of a number.</summary>
internal readonly record struct Field(int Offset, int Bytes)
{
    public bool IsNumber => Bytes is 1 or 2 or 4 or 8;
}

/// <summary>Fields of a header, and of the records behind it.</summary>
/// <param name="HeaderBytes">Where the first record begins.</param>
/// <param name="Record">The fields of each record, by their offsets in it.</param>
internal sealed record Layout(Field[] Header, int HeaderBytes, Field[] Record, int RecordBytes)
{
    public static readonly Layout None = new([], 0, [], 0);

    /// <summary>Fields that lie one behind the other from an offset on.</summary>
    public static Field[] Row(int offset, params ReadOnlySpan<int> widths)
    {
        var fields = new Field[widths.Length];
        for (var i = 0; i < widths.Length; offset += widths[i++]) fields[i] = new Field(offset, widths[i]);
        return fields;
    }

    /// <summary>One of the fields that an input of so many bytes has; of no bytes when it has none.</summary>
    public Field Pick(ref RandomNumbers random, int length)
    {
        var records = RecordBytes == 0 ? 0 : Math.Max(0, length - HeaderBytes) / RecordBytes;
        if (records > 0 && (Header.Length == 0 || random.Below(2) == 0))
        {
            var field = Record[random.Below(Record.Length)];
            return field with { Offset = HeaderBytes + random.Below(records) * RecordBytes + field.Offset };
        }

        if (Header.Length == 0) return default;
        var picked = Header[random.Below(Header.Length)];
        return picked.Offset + picked.Bytes <= length ? picked : default;
    }
}
