using System.Threading.Channels;

namespace Rwho.Tests.Node.Client;

/// <summary>A node whose watch a test tells line by line, to one client at a time.</summary>
internal sealed class WatchedNode : IDisposable
{
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly ScriptedNode node;

    public WatchedNode() => node = new ScriptedNode(async (client, _) =>
    {
        await foreach (var line in lines.Reader.ReadAllAsync())
        {
            if (line.Length == 0) return;
            await ScriptedNode.SendAsync(client, line);
        }
    });

    public List<string> Requests => node.Requests;

    public string Address => node.Address;

    /// <summary>The program that watches, for a shell.</summary>
    public string Command => $"{ClientProgram.Executable} ruptime --watch --node {Address}";

    public void Say(string line) => lines.Writer.TryWrite(line);

    /// <summary>Ends the connection.</summary>
    public void HangUp() => Say("");

    public void Dispose() => node.Dispose();
}
