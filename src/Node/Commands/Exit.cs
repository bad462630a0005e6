using System.CommandLine;
using Rwho.Node.Linux;

namespace Rwho.Node.Commands;

/// <summary>How every command ends: a status, and on failure one line on standard error.</summary>
internal static class Exit
{
    public static int Run(string name, RootCommand program, string[] args)
    {
        try
        {
            var result = program.Parse(args);
            if (result.Errors.Count > 0)
                return Fail(name, ExitStatus.Usage, $"{OneLine(result.Errors[0].Message)} ({name} --help lists the options)");
            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (ExitException failure)
        {
            return Fail(name, failure.Status, failure.Message);
        }
        catch (PrivilegesException failure)
        {
            return Fail(name, ExitStatus.NotPermitted, failure.Message);
        }
    }

    private static int Fail(string name, int status, string message)
    {
        Console.Error.WriteLine($"{name}: {OneLine(message)}");
        return status;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd(' ', '.');
}
