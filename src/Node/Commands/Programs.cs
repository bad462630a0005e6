using System.Buffers;
using System.CommandLine;
using System.Net;
using Rwho.Actors.Hosts;
using Rwho.Actors.Query;
using Rwho.Node.Client;
using Rwho.Node.Linux;
using Rwho.Protocol;

namespace Rwho.Node.Commands;

/// <summary>What the commands that are programs of their own have in common.</summary>
internal static class Programs
{
    /// <summary>A subcommand as a program.</summary>
    public static RootCommand Of(
        Command command, HelpPage page, Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var program = new RootCommand(command.Description!);
        foreach (var option in command.Options) program.Options.Add(option);
        foreach (var argument in command.Arguments) program.Arguments.Add(argument);
        foreach (var validator in command.Validators) program.Validators.Add(validator);
        HelpPage.Give(program, page);
        program.SetAction(run);
        return program;
    }

    /// <exception cref="ExitException">Standard output does not take it; a closed pipe ends quietly.</exception>
    public static void Print(ReadOnlySpan<byte> text)
    {
        try
        {
            using var output = Console.OpenStandardOutput();
            output.Write(text);
        }
        catch (IOException failure)
        {
            throw new ExitException(ExitStatus.InputOutput, $"cannot write: {failure.Message}");
        }
    }

    /// <summary>Asks the system's daemon; false when nothing is printed, since that takes more.</summary>
    /// <exception cref="NodeException">There is no answer, or it is not whole.</exception>
    /// <exception cref="ExitException">Standard output does not take it; a closed pipe ends quietly.</exception>
    public static bool TryAskHere(string request)
    {
        try
        {
            using var output = new StandardOutput();
            return PlainQuestion.TryAsk(NodeAddress.SystemSocket, request, NodeClient.UsualTimeout, output);
        }
        catch (IOException failure) when (failure.HResult == Libc.EPIPE)
        {
            return true;
        }
        catch (IOException failure)
        {
            throw new ExitException(ExitStatus.InputOutput, $"cannot write: {failure.Message}");
        }
    }

    /// <summary>Prints what a node sent, but for what a terminal would obey.</summary>
    public static void PrintReply(ReadOnlyMemory<byte> part) => Print(ReplyText.Of(part).Span);

    /// <summary>Prints the hosts of a spool as the JSON document that a node would answer.</summary>
    public static void PrintJson(IReadOnlyList<HostStatus> hosts, long now)
    {
        var output = new ArrayBufferWriter<byte>();
        _ = HostName.TryFromSystem(SystemServices.HostName(), out var here);
        IPAddress? unknown = null;
        BoardJson.WriteBoard(output, here, [.. hosts.Select(at => new HostRow(at, Via.Spool, unknown, null))], now);
        Print(output.WrittenSpan);
    }
}
