using System.CommandLine;
using System.Runtime.CompilerServices;
using Rwho.Node.Commands;
using Rwho.Node.Configuration;

namespace Rwho.Tests.Node.Program;

/// <summary>
/// What --help prints. The files in golden are what was found good; with <c>RWHO_UPDATE_GOLDEN=1</c> they are written
/// instead of compared.
/// </summary>
public sealed class HelpTests
{
    [ProgramTheory]
    [InlineData("rwhod", "")]
    [InlineData("check", "check")]
    [InlineData("demo", "demo")]
    [InlineData("ruptime", "ruptime")]
    [InlineData("rwho", "rwho")]
    public async Task A_page_is_as_agreed_and_fits_a_terminal(string page, string args)
    {
        var outcome = await Rwhod.Run([.. args.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Assert.All(outcome.Output.Split('\n'), line => Assert.InRange(line.Length, 0, HelpPage.Columns));
        Matches($"help-{page}.txt", outcome.Output);
    }

    [Fact]
    public void Every_setting_of_the_daemon_is_on_its_page()
    {
        var page = HelpPages.Daemon.Text(new DaemonCommand([]).Options);
        Assert.All(Setting.All, setting => Assert.Matches(
            setting.Letter is { } letter ? $"\n  -{letter}, --{setting.Name}[ =\\[]" : $"\n      --{setting.Name} ",
            page));
    }

    [Fact]
    public void Every_option_of_a_program_is_on_its_page_once()
    {
        (Command Program, HelpPage Page)[] programs =
        [
            (new DaemonCommand([]), HelpPages.Daemon),
            (new RuptimeCommand().AsProgram(), HelpPages.Ruptime),
            (new RwhoCommand().AsProgram(), HelpPages.Rwho),
        ];
        Assert.All(programs, at => Assert.Equal(
            at.Program.Options.Select(option => option.Name).Order(),
            at.Page.Groups.SelectMany(group => group.Names).Order()));
        Assert.Equal(["--help", "--once"], HelpPages.Demo.Groups.Single().Names.Order());
    }

    [Fact]
    public void Every_page_has_examples_and_names_its_manual() => Assert.All(
        new[] { HelpPages.Daemon, HelpPages.Check, HelpPages.Demo, HelpPages.Ruptime, HelpPages.Rwho },
        page =>
        {
            Assert.InRange(page.Examples.Length, 2, 4);
            Assert.Matches("The manual: man [18] (rwhod|ruptime|rwho)$", page.Notes[^1]);
        });

    [ProgramFact]
    public async Task Below_rwhod_a_client_shows_its_own_options()
    {
        var outcome = await Rwhod.Run("ruptime", "--help");
        Assert.Contains("--spool DIR         read this spool;", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--version", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("--version", (await Rwhod.Run("--help")).Output, StringComparison.Ordinal);
    }

    private static void Matches(string file, string text, [CallerFilePath] string caller = "")
    {
        if (Environment.GetEnvironmentVariable("RWHO_UPDATE_GOLDEN") == "1")
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(caller)!, "golden", file), text);
        else
            Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Program", "golden", file)), text);
    }
}
