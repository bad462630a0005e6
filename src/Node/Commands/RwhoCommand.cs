using System.Buffers;
using System.CommandLine;
using Rwho.Protocol;

namespace Rwho.Node.Commands;

/// <summary><c>rwho</c>: who is logged in on the hosts that are up.</summary>
internal sealed class RwhoCommand : Command
{
    private readonly Option<bool> all = new("-a") { Description = "show users idle an hour or more, too" };
    private readonly SpoolOptions spool = new();

    public RwhoCommand()
        : base("rwho", "Show who is logged in on the hosts of the network.")
    {
        Options.Add(all);
        spool.AddTo(this);
        SetAction(Run);
    }

    /// <summary>The same as a program of its own.</summary>
    public RootCommand AsProgram() => Programs.Of(this, Run);

    private int Run(ParseResult result)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var (hosts, _) = spool.Read(result, now);
        var output = new ArrayBufferWriter<byte>();
        RwhoText.Write(output, hosts, result.GetValue(all), now, TimeZoneInfo.Local);
        Programs.Print(output.WrittenSpan);
        return ExitStatus.Ok;
    }
}
