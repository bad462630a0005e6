using System.CommandLine;
using System.CommandLine.Parsing;
using Rwho.Node.Client;
using Rwho.Node.Linux;
using Rwho.Protocol;

namespace Rwho.Node.Commands;

/// <summary>How every command ends: a status, and on failure one line on standard error.</summary>
internal static class Exit
{
    public static int Run(string name, RootCommand program, string[] args)
    {
        // No response files, no directives: a host or file name may start with @ or [.
        program.Directives.Clear();
        return Guard(() => name, () =>
        {
            var result = program.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (result.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive)
                return Misused(name, $"Unrecognized argument '{directive.Value}'");
            if (result.CommandResult.Command is RuptimeCommand or RwhoCommand) name = result.CommandResult.Command.Name;
            if (result.Errors.Count > 0) return Misused(name, result.Errors[0].Message);
            return result.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // each command that runs on takes its signals itself
            });
        });
    }

    /// <summary>Runs something that answers a status; what it throws becomes one.</summary>
    /// <param name="told">The program's name, once something has to be told.</param>
    public static int Guard(Func<string> told, Func<int> run)
    {
        try
        {
            return run();
        }
        catch (ExitException failure)
        {
            return Fail(told(), failure.Status, failure.Message);
        }
        catch (NodeException failure)
        {
            return Fail(told(), failure.Status, failure.Message);
        }
        catch (PrivilegesException failure)
        {
            return Fail(told(), ExitStatus.NotPermitted, failure.Message);
        }
        catch (IOException failure)
        {
            return Fail(told(), ExitStatus.InputOutput, failure.Message);
        }
#pragma warning disable CA1031 // the last line of defence: an operator gets a line, never a stack trace
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Fail(told(), ExitStatus.Software,
                $"a fault of the program itself, please report it: {failure.GetType().Name}: {failure.Message}");
        }
    }

    private static int Misused(string name, string message) =>
        Fail(name, ExitStatus.Usage, $"{OneLine(message)} ({name} --help lists the options)");

    private static int Fail(string name, int status, string message)
    {
        Console.Error.WriteLine($"{name}: {OneLine(message)}");
        return status;
    }

    private static string OneLine(string text) =>
        PrintableText.OneLine(text.ReplaceLineEndings(" ")).TrimEnd(' ', '.');
}
