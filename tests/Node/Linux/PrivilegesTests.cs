using System.Runtime.Versioning;
using System.Text;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public class PrivilegesTests
{
    private static readonly Account Nobody = new("nobody", 65534, 65534, "/nonexistent");

    [Fact]
    public void Root_is_an_account_and_a_made_up_name_is_not()
    {
        Assert.True(Account.TryFind("root", out var root));
        Assert.Equal(("root", 0u, 0u), (root.Name, root.UserId, root.GroupId));
        Assert.StartsWith("/", root.Home, StringComparison.Ordinal);
        foreach (var name in (string[])["", "no-such-user", "a\0b", "root ", "0", new string('x', 100_000)])
            Assert.False(Account.TryFind(name, out _), name);
    }

    [Fact]
    public void Whoever_is_not_root_stays_as_he_is()
    {
        if (Privileges.IsRoot) return;
        Privileges.DropTo("no-such-user");
        Privileges.DropTo(Nobody);
    }

    [RootFact]
    public void An_unknown_user_is_refused_with_advice()
    {
        var error = Assert.Throws<PrivilegesException>(() => Privileges.DropTo("no-such-user"));
        Assert.Equal("no user no-such-user on this system: create it, or name another with -u", error.Message);
    }

    [RootFact]
    public void Root_is_not_dropped_to_root()
    {
        var error = Assert.Throws<PrivilegesException>(() => Privileges.DropTo("root"));
        Assert.Contains("is root as well", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_new_environment_is_the_account_s()
    {
        var environment = Privileges.EnvironmentFor(Nobody).ConvertAll(Encoding.UTF8.GetString);
        Assert.Contains("HOME=/nonexistent", environment);
        Assert.Contains("USER=nobody", environment);
        Assert.Contains("LOGNAME=nobody", environment);
        Assert.Contains("RWHOD_DROPPED=nobody", environment);
        Assert.Contains($"PATH={Environment.GetEnvironmentVariable("PATH")}", environment);
        var names = environment.ConvertAll(variable => variable.Split('=')[0]);
        Assert.DoesNotContain("XDG_RUNTIME_DIR", names);
        Assert.Contains("DOTNET_EnableDiagnostics", names);
        Assert.Equal(names.Distinct(), names);
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("rwhod\0", new[] { "rwhod" })]
    [InlineData("rwhod\0-i\0\0a b\0", new[] { "rwhod", "-i", "", "a b" })]
    [InlineData("rwhod\0cut", new[] { "rwhod", "cut" })]
    [InlineData("\0", new[] { "" })]
    public void A_command_line_is_split_at_its_nuls(string content, string[] expected) =>
        Assert.Equal(expected, CommandLine.Split(Encoding.UTF8.GetBytes(content)).Select(Encoding.UTF8.GetString));

    [Fact]
    public void This_process_knows_what_it_executes()
    {
        Assert.NotEmpty(CommandLine.Read());
        Assert.True(File.Exists(CommandLine.Executable()));
    }
}

[SupportedOSPlatform("linux")]
public class SpoolOwnerTests
{
    private static readonly Account Other = new("other", 4242, 4243, "/");

    [RootFact]
    public void A_missing_directory_is_made_and_given_away()
    {
        using var place = new TemporaryDirectory();
        var spool = Path.Combine(place.Path, "a", "b");
        SpoolOwner.Prepare(spool + "/", Other);
        SpoolOwner.Prepare(spool, Other);
        Assert.Equal("4242:4243 755", Describe(spool));
        Assert.StartsWith("0:0 ", Describe(Path.GetDirectoryName(spool)!), StringComparison.Ordinal);
    }

    [RootFact]
    public void An_existing_directory_keeps_its_mode_and_its_owner()
    {
        using var place = new TemporaryDirectory();
        File.SetUnixFileMode(place.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SpoolOwner.Prepare(place.Path, Other);
        Assert.Equal("0:0 700", Describe(place.Path));
    }

    [RootFact]
    public void What_is_in_its_place_is_left_alone()
    {
        using var place = new TemporaryDirectory();
        var target = Directory.CreateDirectory(Path.Combine(place.Path, "target")).FullName;
        var link = Path.Combine(place.Path, "link");
        Directory.CreateSymbolicLink(link, target);
        var dangling = Path.Combine(place.Path, "dangling");
        Directory.CreateSymbolicLink(dangling, Path.Combine(place.Path, "nowhere"));
        var file = place.Write("file", []);
        foreach (var path in (string[])[link, link + "/", dangling, file]) SpoolOwner.Prepare(path, Other);
        Assert.Throws<PrivilegesException>(() => SpoolOwner.Prepare(file + "/below", Other));
        foreach (var path in (string[])[link, target, dangling, file])
            Assert.StartsWith("0:0 ", Describe(path), StringComparison.Ordinal);
        Assert.False(Path.Exists(Path.Combine(place.Path, "nowhere")));
    }

    private static string Describe(string path)
    {
        var start = new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%u:%g %a", path])
        {
            RedirectStandardOutput = true,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        return process.StandardOutput.ReadToEnd().Trim();
    }
}
