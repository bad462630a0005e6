namespace Rwho.Node.Client;

/// <summary>
/// What a node sent, on its way to a terminal: lines of printable ASCII. What a terminal would obey, and no node of
/// ours sends, is <c>?</c>.
/// </summary>
internal static class ReplyText
{
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> reply)
    {
        if (IsHarmless(reply.Span)) return reply;
        var clean = reply.ToArray();
        foreach (ref var at in clean.AsSpan())
            if (!IsHarmless(at)) at = (byte)'?';
        return clean;
    }

    // By hand: the runtime's own search is compiled when it is first called, for longer than this takes for a board.
    private static bool IsHarmless(ReadOnlySpan<byte> text)
    {
        foreach (var at in text)
            if (!IsHarmless(at)) return false;
        return true;
    }

    private static bool IsHarmless(byte at) => at is >= (byte)' ' and <= (byte)'~' or (byte)'\n';
}
