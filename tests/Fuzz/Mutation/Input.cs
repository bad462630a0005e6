namespace Rwho.Tests.Fuzz.Mutation;

/// <summary>An input while it is changed, in room that is got once.</summary>
internal sealed class Input(int maxBytes)
{
    private readonly byte[] room = new byte[maxBytes];

    public int Length { get; private set; }

    public int Free => room.Length - Length;

    public Span<byte> Bytes => room.AsSpan(0, Length);

    public void Set(ReadOnlySpan<byte> bytes)
    {
        Length = Math.Min(bytes.Length, room.Length);
        bytes[..Length].CopyTo(room);
    }

    /// <summary>Shorter, or longer by NULs; at most what there is room for.</summary>
    public void Resize(int length)
    {
        length = Math.Min(length, room.Length);
        if (length > Length) room.AsSpan(Length..length).Clear();
        Length = length;
    }

    public void Remove(int at, int count)
    {
        room.AsSpan((at + count)..Length).CopyTo(room.AsSpan(at));
        Length -= count;
    }

    /// <summary>Makes a gap, with the bytes that stood there; at most what there is room for.</summary>
    public Span<byte> Insert(int at, int count)
    {
        count = Math.Min(count, Free);
        room.AsSpan(at..Length).CopyTo(room.AsSpan(at + count));
        Length += count;
        return room.AsSpan(at, count);
    }
}
