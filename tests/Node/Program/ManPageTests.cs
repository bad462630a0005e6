using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Rwho.Tests.Node.Program;

/// <summary>The man pages of deploy/man tell what the programs have: no option less, and none more.</summary>
public sealed partial class ManPageTests
{
    [ProgramTheory]
    [InlineData("rwhod", "rwhod.8")]
    [InlineData("ruptime", "ruptime.1")]
    [InlineData("rwho", "rwho.1")]
    public async Task Every_option_of_the_program_stands_in_its_man_page_and_no_other(string name, string page)
    {
        using var place = Rwhod.PublicPlace();
        var link = Path.Combine(place.Path, name);
        File.CreateSymbolicLink(link, Rwhod.Path);
        var help = (await Rwhod.Run(new Start { Path = link }, "--help")).Output;

        var offered = HelpOption().Matches(help).SelectMany(line => Names(line.Groups[1].Value, ", ")).ToHashSet();
        var told = ManOption().Matches(Text($"deploy/man/{page}"))
            .SelectMany(line => Names(line.Groups[1].Value, " , ")).ToHashSet();
        Assert.True(offered.Count >= 5, help);
        // Not every page of help shows its own letters.
        foreach (var names in (HashSet<string>[])[offered, told]) names.ExceptWith(["-h", "-?"]);
        Assert.Equal(offered.Order(), told.Order());
    }

    [Fact]
    public void Every_request_of_a_node_stands_in_its_man_page_and_no_other()
    {
        var offered = Text("tests/Actors/Query/golden/help.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')[0]);
        var told = ManRequest().Matches(Text("deploy/man/rwhod.8")).Select(line => line.Groups[1].Value);
        Assert.Equal(offered, told);
    }

    [Fact]
    public void The_unit_names_every_man_page() => Assert.Contains(
        "Documentation=man:rwhod(8) man:ruptime(1) man:rwho(1)\n", Text("deploy/systemd/rwhod.service"),
        StringComparison.Ordinal);

    internal static string Text(string path, [CallerFilePath] string thisFile = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(thisFile)!, "../../..", path));

    /// <summary>"Fl i , Fl -interface Ar IF" and "-i, --interface IF" are -i and --interface.</summary>
    private static IEnumerable<string> Names(string text, string between) =>
        text.Split(between).Select(name => OptionName().Match(name.Replace("Fl ", "-").Replace(@"\&", "")).Value);

    [GeneratedRegex("^--?[a-z?][a-z-]*")]
    private static partial Regex OptionName();

    /// <summary>Such as "  -i, --interface IF   announce on ...".</summary>
    [GeneratedRegex("^ +(-[a-z?-].*?)(?:  |$)", RegexOptions.Multiline)]
    private static partial Regex HelpOption();

    [GeneratedRegex("^.It (Fl .+)$", RegexOptions.Multiline)]
    private static partial Regex ManOption();

    [GeneratedRegex("^.It Cm ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex ManRequest();
}
