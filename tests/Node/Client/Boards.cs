using System.Buffers;
using System.Text;
using Rwho.Actors.Hosts;
using Rwho.Actors.Query;
using Rwho.Protocol;

namespace Rwho.Tests.Node.Client;

/// <summary>What nodes answer.</summary>
internal static class Boards
{
    public const long Now = 1_795_239_155;

    public static string Document(params string[] hosts) => Write(output =>
        BoardJson.WriteBoard(output, Name("here"), [.. hosts.Select(name => Row(name))], Now));

    public static string Board(params HostRow[] rows) => Write(output =>
        BoardJson.WriteBoardLine(output, rows, row => row.Status.IsDown(Now), Now));

    public static string Change(ChangeKind kind, HostRow row) => Write(output =>
        BoardJson.WriteChange(output, new HostChange(kind, row, row.Status.IsDown(Now)), Now));

    public static HostRow Row(string name, long silence = 0) => new(
        new HostStatus(WhodCodec.ToDatagram(new WhodStatus(Name(name), (uint)Now, (uint)Now - 86_461,
            new LoadAverages(32, 21, 12), [WhodEntry.Create("pts/0", "ann", (uint)Now - 1000, 59)])), Now - silence),
        Via.Lan, null, null);

    private static HostName Name(string name) =>
        HostName.TryParse(name, out var host) ? host : throw new ArgumentException(name);

    private static string Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
