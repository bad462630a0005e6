using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;

namespace Rwho.Node.Commands;

/// <summary>What <c>--help</c> prints of a program: lines of at most 80 columns.</summary>
/// <param name="Title">The program's name, and what it is for.</param>
/// <param name="Usage">How it is called, and what that does.</param>
/// <param name="Groups">Options by their names, under a heading; each option of the command is in one.</param>
/// <param name="Examples">Command lines, and what they are good for.</param>
/// <param name="Notes">Last lines: what else there is to know, and the manual.</param>
internal sealed record HelpPage(
    string Title, (string Form, string Does)[] Usage, (string Heading, string[] Names)[] Groups,
    (string Line, string Does)[] Examples, string[] Notes)
{
    /// <summary>The width of a terminal that nobody has made wider.</summary>
    public const int Columns = 80;

    private const int Indent = 2;
    private const int Gap = 2;
    private const string NoLetter = "    ";

    /// <summary>Has a command print its page, and each command below it that has a page its own.</summary>
    /// <param name="program">The outermost command.</param>
    public static void Give(RootCommand program, HelpPage page)
    {
        var help = program.Options.OfType<HelpOption>().Single();
        help.Description = "this page";
        help.Action = new Show(program, page);
        program.Options.OfType<VersionOption>().Single().Description = "which version this is";
    }

    /// <summary>The whole page.</summary>
    /// <param name="options">Those that there are; others that the groups name are left out.</param>
    public string Text(IEnumerable<Option> options)
    {
        var text = new StringBuilder(Title).Append("\n\n");
        AddRows(text, "Usage:", Usage);
        var known = options.ToDictionary(option => option.Name);
        var rows = Groups
            .Select(group => group.Names.Where(known.ContainsKey).Select(name => Row(known[name])).ToArray()).ToArray();
        var width = rows.SelectMany(group => group).Select(row => row.Left.Length).DefaultIfEmpty().Max();
        for (var i = 0; i < rows.Length; i++) AddRows(text, Groups[i].Heading + ":", rows[i], width);
        if (Examples.Length > 0) AddRows(text, "Examples:", Examples);
        return text.AppendJoin('\n', Notes).Append('\n').ToString();
    }

    private static (string Left, string Right) Row(Option option)
    {
        var isLong = option.Name.StartsWith("--", StringComparison.Ordinal);
        var letter = option.Aliases.FirstOrDefault(alias => alias.Length == 2 && char.IsAsciiLetter(alias[1]));
        var value = option.HelpName is not { } called ? ""
            : option.Arity.MinimumNumberOfValues == 0 ? $"[={called}]" : $" {called}";
        var left = !isLong ? option.Name : letter is null ? NoLetter + option.Name : $"{letter}, {option.Name}";
        return (left + value, option.Description!);
    }

    private static void AddRows(
        StringBuilder text, string heading, (string Left, string Right)[] rows, int width = 0)
    {
        text.Append(heading).Append('\n');
        if (width == 0) width = rows.Max(row => row.Left.Length);
        foreach (var (left, right) in rows)
        {
            text.Append(' ', Indent).Append(left).Append(' ', width - left.Length + Gap);
            AddWrapped(text, right, Indent + width + Gap);
        }

        text.Append('\n');
    }

    private static void AddWrapped(StringBuilder text, string words, int column)
    {
        var room = Columns - column;
        foreach (var word in words.Split(' '))
        {
            if (room < Columns - column && word.Length + 1 > room)
            {
                text.Append('\n').Append(' ', column);
                room = Columns - column;
            }

            if (room < Columns - column) text.Append(' ');
            text.Append(word);
            room -= word.Length + 1;
        }

        text.Append('\n');
    }

    private sealed class Show(RootCommand program, HelpPage page) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var command = parseResult.CommandResult.Command;
            var shown = command is IHasHelpPage other ? other.HelpPage : page;
            // --help is the outermost command's alone, and yet an option of all.
            var options = command.Options.Concat(program.Options.Where(option => option.Recursive))
                .DistinctBy(option => option.Name);
            Programs.Print(Encoding.ASCII.GetBytes(shown.Text(options)));
            return ExitStatus.Ok;
        }
    }
}

/// <summary>A command with a page of its own.</summary>
internal interface IHasHelpPage
{
    HelpPage HelpPage { get; }
}
