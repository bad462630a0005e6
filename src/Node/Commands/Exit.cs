using System.CommandLine;
using Rwho.Node.Linux;

namespace Rwho.Node.Commands;

/// <summary>How every command ends: a status, and on failure one line on standard error.</summary>
internal static class Exit
{
    /// <summary>How long a command may take to put things in order after Ctrl-C.</summary>
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(20);

    public static int Run(string name, RootCommand program, string[] args)
    {
        try
        {
            // No response files: a host or file name may start with @.
            program.Directives.Clear();
            var result = program.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (result.Errors.Count > 0)
            {
                var what = OneLine(result.Errors[0].Message);
                return Fail(name, ExitStatus.Usage, $"{what} ({name} --help lists the options)");
            }

            return result.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = EndTime,
            });
        }
        catch (ExitException failure)
        {
            return Fail(name, failure.Status, failure.Message);
        }
        catch (PrivilegesException failure)
        {
            return Fail(name, ExitStatus.NotPermitted, failure.Message);
        }
        catch (IOException failure)
        {
            return Fail(name, ExitStatus.InputOutput, failure.Message);
        }
#pragma warning disable CA1031 // the last line of defence: an operator gets a line, never a stack trace
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Fail(name, ExitStatus.Software,
                $"a fault of the program itself, please report it: {failure.GetType().Name}: {failure.Message}");
        }
    }

    private static int Fail(string name, int status, string message)
    {
        Console.Error.WriteLine($"{name}: {OneLine(message)}");
        return status;
    }

    // What is quoted from a file or an argument must not reach the terminal as control characters.
    private static string OneLine(string text) =>
        string.Concat(text.ReplaceLineEndings(" ").Select(at => char.IsControl(at) ? '?' : at)).TrimEnd(' ', '.');
}
