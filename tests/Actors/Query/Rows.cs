using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Query;

/// <summary>Rows of a board at a fixed time, and documents as strings.</summary>
internal static class Rows
{
    /// <summary>2026-11-21 05:32:35 UTC.</summary>
    public const long Now = 1_795_239_155;

    public static readonly IPAddress Address = IPAddress.Parse("10.9.0.2");

    public static readonly WhodEntry Ann = WhodEntry.Create("pts/0", "ann", (uint)(Now - 1155), 59);
    public static readonly WhodEntry Bob = WhodEntry.Create("tty1", "bob", (uint)(Now - 7200), 7201);

    public static HostRow Of(string host, long received = Now, params ImmutableArray<WhodEntry> users) =>
        Row(new WhodStatus(
            Scene.Name(host), WhoTime.Fold(received), WhoTime.Fold(received - 86461),
            new LoadAverages(32, 21, 12), users), received);

    public static HostRow Row(WhodStatus status, long received, Via via = Via.Lan) => new(
        new HostStatus(WhodCodec.ToDatagram(status), received),
        via, via is Via.Self or Via.Spool ? null : Address, null);

    /// <summary>What is written, byte for byte: Latin-1, so that what is not ASCII is seen.</summary>
    public static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }
}
