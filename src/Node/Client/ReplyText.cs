using System.Buffers;

namespace Rwho.Node.Client;

/// <summary>
/// What a node sent, on its way to a terminal: lines of printable ASCII. What a terminal would obey, and no node of
/// ours sends, is <c>?</c>.
/// </summary>
internal static class ReplyText
{
    private static readonly SearchValues<byte> Harmless =
        SearchValues.Create([(byte)'\n', .. Enumerable.Range(' ', 0x7F - ' ').Select(at => (byte)at)]);

    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> reply) =>
        reply.Span.ContainsAnyExcept(Harmless)
            ? reply.ToArray().Select(at => Harmless.Contains(at) ? at : (byte)'?').ToArray()
            : reply;
}
