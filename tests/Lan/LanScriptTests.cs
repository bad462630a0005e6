using System.Text.RegularExpressions;

namespace Rwho.Tests.Lan;

/// <summary>deploy/lan/lan, which builds a LAN for whoever wants to try one.</summary>
public sealed class LanScriptTests : IAsyncLifetime
{
    private readonly LanScript _lan = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _lan.DisposeAsync();

    [NodeFact]
    public async Task On_a_LAN_beside_Debian_s_daemon_everybody_lists_everybody_until_nothing_is_left()
    {
        string mounts = await File.ReadAllTextAsync("/proc/self/mountinfo");
        await Succeeds(_lan.Up("3", "--debian", "1"));
        Assert.Equal(["alpha rwhod", "beta rwhod", "gamma Debian"], Hosts(await Succeeds(_lan.Run("list"))));
        foreach (string host in new[] { "alpha", "beta", "gamma" })
        {
            string board = await Succeeds(_lan.Run("run", host, "ruptime"));
            Assert.Equal(["alpha up", "beta up", "gamma up"], Hosts(board));
        }

        Assert.Matches("(?m)^ann +alpha:pts/0 .*\nbob +beta:pts/0 ", await Succeeds(_lan.Run("run", "gamma", "rwho")));

        Assert.Equal(71, (await _lan.Up("1")).Status);
        string[] namespaces = _lan.ProcessNamespaces("switch", "alpha", "beta", "gamma");
        Assert.All(namespaces, inside => Assert.NotEmpty(Processes.In(inside)));
        await Succeeds(_lan.Run("down"));
        Assert.All(namespaces, inside => Assert.Empty(Processes.In(inside)));
        Assert.False(Path.Exists(_lan.State));
        Assert.Equal(mounts, await File.ReadAllTextAsync("/proc/self/mountinfo"));
        await Succeeds(_lan.Run("down"));
    }

    [NodeFact]
    public async Task A_host_that_is_cut_off_is_heard_again_when_it_is_healed()
    {
        await Succeeds(_lan.Up("2", "--debian", "0"));
        Assert.Contains("--why beta", await Succeeds(_lan.Run("cut", "beta")), StringComparison.Ordinal);
        Assert.Contains("(cut)", await Succeeds(_lan.Run("list")), StringComparison.Ordinal);
        await Succeeds(_lan.Run("login", "beta", "dora"));
        await Says("beta", "dora");
        Assert.DoesNotContain("dora", await Succeeds(_lan.Run("run", "alpha", "rwho")), StringComparison.Ordinal);
        await Succeeds(_lan.Run("heal", "beta", "lan1"));
        await Says("alpha", "dora");
    }

    [NodeFact]
    public async Task Between_two_LANs_a_relay_passes_on_what_each_says_and_every_host_has_a_shell()
    {
        await Succeeds(_lan.Up("1", "--lans", "2", "--debian", "0"));
        Assert.Equal(["alpha up", "beta up", "relay1 up"], Hosts(await Succeeds(_lan.Run("run", "alpha", "ruptime"))));
        Assert.Contains("from 10.77.2.254 on network eth0", await Succeeds(
            _lan.Run("run", "beta", "ruptime", "--why", "alpha")), StringComparison.Ordinal);
        Assert.Contains("beta ", await Succeeds(
            _lan.Run("run", "alpha", "ruptime", "--node", "relay1")), StringComparison.Ordinal);
        Assert.Equal(5, (await _lan.Run("run", "beta", "sh", "-c", "exit 5")).Status);

        Outcome shell = await _lan.Type("beta", "hostname; ruptime | wc -l; exit 6\n");
        Assert.Equal(6, shell.Status);
        Assert.Matches(@"\[beta\] / # .*\r\nbeta\r\n3\r\n", shell.Text);
    }

    [NodeFact]
    public async Task A_LAN_that_was_not_finished_is_taken_down_like_any_other()
    {
        await _lan.UpKilledHalfWay();
        string[] namespaces = _lan.ProcessNamespaces("switch", "alpha", "beta");
        Assert.All(namespaces, inside => Assert.NotEmpty(Processes.In(inside)));
        await Succeeds(_lan.Run("down"));
        Assert.All(namespaces, inside => Assert.Empty(Processes.In(inside)));
        Assert.False(Path.Exists(_lan.State));
    }

    [NodeTheory]
    [InlineData(71, "rwhod does not start on alpha", "up", "--rwhod", "/bin/false")]
    [InlineData(69, "is no program", "up", "--rwhod", "/nonexistent")]
    [InlineData(64, "N is from 1 to 200, not '0'", "up", "0")]
    [InlineData(64, "--debian is from 0 to 3, not '4'", "up", "--debian", "4")]
    [InlineData(64, "--lans takes a value", "up", "--lans")]
    [InlineData(64, "unknown option --nonsense", "up", "--nonsense")]
    [InlineData(64, "there is no command nonsense", "nonsense")]
    [InlineData(64, "see lan --help", "cut")]
    [InlineData(69, "there is no LAN yet", "list")]
    [InlineData(69, "there is no LAN yet", "shell", "alpha")]
    public async Task What_does_not_work_is_told_and_leaves_nothing(int status, string line, params string[] arguments)
    {
        Outcome outcome = await _lan.Run(arguments);
        Assert.Equal(status, outcome.Status);
        Assert.Contains(line, outcome.Errors, StringComparison.Ordinal);
        Assert.False(Path.Exists(_lan.State));
    }

    [NodeFact]
    public async Task Who_is_not_root_is_told_so_and_may_read_the_help()
    {
        DirectoryInfo place = Directory.CreateTempSubdirectory("rwho-test-lan-");
        try
        {
            const UnixFileMode Search = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            File.SetUnixFileMode(place.FullName, File.GetUnixFileMode(place.FullName) | Search);
            string script = Path.Combine(place.FullName, "lan");
            File.Copy(LanScript.Path, script);
            string[] asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "bash", script];
            Outcome help = await LanScript.Call("setpriv", [.. asNobody, "--help"]);
            Assert.True(help is { Status: 0, Errors: "" }, help.ToString());
            Assert.All(help.Text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
            Outcome outcome = await LanScript.Call("setpriv", [.. asNobody, "up"]);
            Assert.Equal(77, outcome.Status);
            Assert.Contains("need root: sudo ", outcome.Errors, StringComparison.Ordinal);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    /// <summary>The first two words of each line that is about a host.</summary>
    private static string[] Hosts(string text) =>
        [.. Regex.Matches(text, "(?m)^([a-z]+[0-9]?) +(\\w+) ").Select(line => $"{line.Groups[1]} {line.Groups[2]}")];

    private Task<Outcome> Says(string host, string user) => Eventually.Answer(
        () => _lan.Run("run", host, "rwho"), outcome => outcome.Text.Contains(user, StringComparison.Ordinal),
        $"{user} in what rwho says on {host}");

    private static async Task<string> Succeeds(Task<Outcome> running)
    {
        Outcome outcome = await running;
        Assert.True(outcome.Status == 0, outcome.ToString());
        return outcome.Text;
    }
}
