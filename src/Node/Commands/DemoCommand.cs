using System.CommandLine;
using Rwho.Node.Demo;

namespace Rwho.Node.Commands;

/// <summary><c>rwhod demo</c>: three nodes on loopback.</summary>
internal sealed class DemoCommand : Command, IHasHelpPage
{
    private readonly Option<bool> once = new("--once")
    {
        Description = "print the board when all three are up, and end",
    };

    public DemoCommand()
        : base("demo", "Three nodes on loopback with real sockets, and the board they make. Needs no root.")
    {
        Options.Add(once);
        SetAction((result, _) => DemoSite.RunAsync(result.GetValue(once)));
    }

    public HelpPage HelpPage => HelpPages.Demo;
}
