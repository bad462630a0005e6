using System.Buffers;
using System.CommandLine;
using Rwho.Node.Client;
using Rwho.Protocol;

namespace Rwho.Node.Commands;

/// <summary><c>rwho</c>: who is logged in on the hosts that are up.</summary>
internal sealed class RwhoCommand : Command, IHasHelpPage
{
    private readonly Option<bool> all = new("-a") { Description = "users idle an hour or more, too" };
    private readonly Option<bool> json = new("--json") { Description = "all hosts, as a JSON document" };
    private readonly SourceOptions source = new();

    public RwhoCommand()
        : base("rwho", "Show who is logged in on the hosts of the network.")
    {
        Options.Add(all);
        Options.Add(json);
        source.AddTo(this);
        SetAction(RunAsync);
    }

    public HelpPage HelpPage => HelpPages.Rwho;

    /// <summary>The same as a program of its own.</summary>
    public RootCommand AsProgram() => Programs.Of(this, HelpPage, RunAsync);

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancelled)
    {
        using var node = await source.FindNodeAsync(result, cancelled).ConfigureAwait(false);
        if (node is null) Print(result);
        else await AskAsync(node, result, cancelled).ConfigureAwait(false);
        return ExitStatus.Ok;
    }

    private Task AskAsync(NodeClient node, ParseResult result, CancellationToken cancelled) => result.GetValue(json)
        ? node.AskForDocumentAsync("json", Programs.PrintReply, cancelled)
        : node.AskAsync(result.GetValue(all) ? "rwho -a" : "rwho", Programs.PrintReply, cancelled);

    private void Print(ParseResult result)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var (hosts, _) = source.Read(result, now);
        if (result.GetValue(json))
        {
            Programs.PrintJson(hosts, now);
            return;
        }

        var output = new ArrayBufferWriter<byte>();
        RwhoText.Write(output, hosts, result.GetValue(all), now, TimeZoneInfo.Local);
        Programs.Print(output.WrittenSpan);
    }
}
