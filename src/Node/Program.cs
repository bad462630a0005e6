using System.CommandLine;
using Rwho.Node;
using Rwho.Node.Client;
using Rwho.Node.Commands;
using Rwho.Node.Linux;

// One executable, three programs: by the name it is called with, or by its first argument. .NET's own arguments hide a
// link's name, so it is read from the system.
var called = Path.GetFileName(CommandLine.Name());
return PlainQuestion.Request(called, args) is { } request
    ? Exit.Guard(() => called, () => Programs.TryAskHere(request) ? ExitStatus.Ok : RunCommand())
    : RunCommand();

int RunCommand()
{
    RootCommand program = called switch
    {
        "ruptime" => new RuptimeCommand().AsProgram(),
        "rwho" => new RwhoCommand().AsProgram(),
        _ => new DaemonCommand(args),
    };
    return Exit.Run(called is "ruptime" or "rwho" ? called : "rwhod", program, args);
}
