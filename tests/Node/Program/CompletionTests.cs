using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Rwho.Node.Commands;

namespace Rwho.Tests.Node.Program;

/// <summary>Completion by bash, zsh and fish offers every option, and obeys no name from the network.</summary>
public sealed class CompletionTests : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "completion");
    private static readonly string Bash = Path.Combine(Folder, "bash", "rwhod");
    private static readonly Command Daemon = new DaemonCommand([]);

    private readonly Linux.TemporaryDirectory place = new();

    public static TheoryData<string> Commands => ["rwhod", "rwhod check", "rwhod demo", "ruptime", "rwho",
        "rwhod ruptime", "rwhod rwho"];

    public void Dispose() => place.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Bash_offers_every_option_and_no_other(string command)
    {
        var (found, program) = Called(command);
        var options = found.Options.Concat(Daemon.Options.Where(option => option.Recursive))
            .DistinctBy(option => option.Name).SelectMany(Names).ToHashSet();
        // Where they are programs of their own they have one.
        if (program is "ruptime" or "rwho") options.Add("--version");
        Assert.Equal(options.Order(), (await Complete($"{command} -")).Order());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Zsh_and_fish_know_every_option(string command)
    {
        var (found, program) = Called(command);
        var zsh = File.ReadAllText(Path.Combine(Folder, "zsh", "_rwhod"));
        var fish = File.ReadAllText(Path.Combine(
            Folder, "fish", program is "ruptime" or "rwho" ? $"{program}.fish" : "rwhod.fish"));
        foreach (var name in found.Options.SelectMany(Names))
        {
            Assert.Matches($"[('{{,*)]{name}[=+\\[,}})]", zsh);
            Assert.Matches(name.Length == 2 ? $" -s {name[1]} " : $" -l {name[2..]} ", fish);
        }
    }

    [Theory]
    [InlineData("rwhod ", "check demo ruptime rwho")]
    [InlineData("rwhod d", "demo")]
    [InlineData("rwhod --neigh", "--neighbour")]
    [InlineData("rwhod check --config PLACE/rw", "PLACE/rwhod.json")]
    [InlineData("rwhod --config=PLACE/rw", "PLACE/rwhod.json")]
    [InlineData("rwhod --spool PLACE/sp", "PLACE/spool")]
    [InlineData("rwhod -i l", "lo")]
    [InlineData("rwhod -u ro", "root")]
    [InlineData("rwhod --port ", "")]
    [InlineData("ruptime --spool PLACE/spool ", "alpha beta-1 gamma.x")]
    [InlineData("ruptime -l --spool PLACE/spool alpha be", "beta-1")]
    [InlineData("rwho --timeout 1", "10s 1s")]
    public async Task Bash_completes(string line, string words)
    {
        place.Write("rwhod.json", "{}"u8);
        foreach (var host in (string[])["alpha", "beta-1", "gamma.x"]) place.Write($"spool/whod.{host}", []);
        string Here(string text) => text.Replace("PLACE", place.Path, StringComparison.Ordinal);
        var offered = await Complete(Here(line));
        Assert.Equal(Here(words).Split(' ', StringSplitOptions.RemoveEmptyEntries), offered.Order());
    }

    /// <summary>Who announces a host chooses its name.</summary>
    [Fact]
    public async Task A_name_that_a_shell_would_obey_is_not_offered()
    {
        foreach (var host in (string[])["$(touch${IFS}obeyed)", "`touch${IFS}obeyed`", "a;touch", "-rf", "*", "good"])
            place.Write($"spool/whod.{host}", []);
        Assert.Equal(["good"], await Complete($"ruptime --spool {place.Path}/spool "));
        Assert.Equal(["good"], await Complete($"rwhod ruptime --spool {place.Path}/spool --node "));
        Assert.Empty(await Complete($"ruptime --spool {place.Path}/spool $"));
        Assert.False(File.Exists(Path.Combine(place.Path, "obeyed")));
    }

    [ShellFact("zsh")]
    public async Task Zsh_reads_it() => Assert.Equal(
        ("", 0), await Run("zsh", "-n", Path.Combine(Folder, "zsh", "_rwhod")));

    [ShellFact("fish")]
    public async Task Fish_completes()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "fish")))
            Assert.Equal(("", 0), await Run("fish", "--no-config", "-n", file));
        const string Script = "source $argv[1]/fish/rwhod.fish; source $argv[1]/fish/rwho.fish; complete -C $argv[2]";
        Assert.Equal(("--neighbour\tExchange statuses with it\n", 0),
            await Run("fish", "--no-config", "-c", Script, Folder, "rwhod --neigh"));
        Assert.Equal(("demo\tThree nodes on loopback\n", 0),
            await Run("fish", "--no-config", "-c", Script, Folder, "rwhod de"));
        Assert.Equal(("--json\tAll hosts, as a JSON document\n", 0),
            await Run("fish", "--no-config", "-c", Script, Folder, "rwho --j"));
    }

    private static (Command Command, string Program) Called(string line) => line switch
    {
        "ruptime" or "rwhod ruptime" => (new RuptimeCommand(), "ruptime"),
        "rwho" or "rwhod rwho" => (new RwhoCommand(), "rwho"),
        "rwhod" => (Daemon, "rwhod"),
        _ => (Daemon.Subcommands.Single(command => command.Name == line.Split(' ')[1]), line.Split(' ')[1]),
    };

    /// <summary>The long name, and a letter if it has one; other aliases of --help are for those who try.</summary>
    private static IEnumerable<string> Names(Option option) =>
        option.Name == "--help" ? [option.Name]
        : option.Aliases.Where(alias => Regex.IsMatch(alias, "^-[a-z]$")).Prepend(option.Name);

    /// <summary>What bash offers where the line ends, as when Tab is pressed; words are split as bash does.</summary>
    private async Task<string[]> Complete(string line)
    {
        const string Script = """
            source "$1"; cd "$2"; shift 2
            [ "$(complete -p "$1")" = "complete -F _rwhod $1" ] || exit 9
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rwhod
            [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
            """;
        var words = line.Split(' ').SelectMany(word => Regex.Split(word, "(?==)|(?<==)"));
        var (output, status) = await Run(
            "bash", ["--norc", "-c", Script, "bash", Bash, place.Path, .. words]);
        Assert.Equal(0, status);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<(string Output, int Status)> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_STATE_HOME"] = "/nonexistent";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync().WaitAsync(Eventually.Deadline);
        return (output, process.ExitCode);
    }
}

/// <summary>A fact that needs a shell; skipped where there is none.</summary>
public sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute(string shell) => Skip =
        File.Exists($"/usr/bin/{shell}") || File.Exists($"/bin/{shell}") ? null! : $"needs {shell}";
}
