using System.CommandLine;

namespace Rwho.Node.Commands;

/// <summary>What the commands that are programs of their own have in common.</summary>
internal static class Programs
{
    /// <summary>A subcommand as a program.</summary>
    public static RootCommand Of(Command command, Func<ParseResult, int> run)
    {
        var program = new RootCommand(command.Description!);
        foreach (var option in command.Options) program.Options.Add(option);
        foreach (var argument in command.Arguments) program.Arguments.Add(argument);
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
}
