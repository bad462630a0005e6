using System.Text;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public class SessionScopeTests
{
    [Theory]
    [InlineData("a pseudo-terminal", "812 (bash) S 1 812 812 34817 900 4194304", "pts/1")]
    [InlineData("a high pseudo-terminal", "812 (bash) S 1 812 812 4229319 900 4194304", "pts/1223")]
    [InlineData("a console", "812 (bash) S 1 812 812 1025 900 4194304", "tty1")]
    [InlineData("a serial line", "812 (bash) S 1 812 812 1088 900 4194304", "ttyS0")]
    [InlineData("none", "812 (bash) S 1 812 812 0 -1 4194304", null)]
    [InlineData("a name that looks like fields", "812 (a) S 1 2 3 34816 (b) S 1 812 812 34818 900", "pts/2")]
    [InlineData("negative", "812 (bash) S 1 812 812 -5 900", null)]
    [InlineData("cut short", "812 (bash) S 1 812 812 348", null)]
    [InlineData("no fields", "812 (bash)", null)]
    [InlineData("empty", "", null)]
    public void The_controlling_terminal_is_a_field_of_stat(string what, string stat, string? line)
    {
        var isFound = SessionScope.TryReadTerminal(Encoding.ASCII.GetBytes(stat), out var found);
        Assert.Equal((what, line), (what, isFound ? Encoding.ASCII.GetString(found) : null));
    }

    [Fact]
    public void The_first_process_with_a_terminal_counts()
    {
        using var root = new TemporaryDirectory();
        root.Write("sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope/cgroup.procs", "811\n812\n813\n"u8);
        root.Write("proc/811/stat", "811 (sshd) S 1 811 811 0 -1 0"u8);
        root.Write("proc/813/stat", "813 (bash) S 1 813 813 34816 900 0"u8);
        Assert.Equal("pts/0"u8.ToArray(), new SessionScope(1000, "session-3.scope").FindTerminal(root.Path));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("session-4.scope")]
    [InlineData("../session-3.scope")]
    [InlineData("..")]
    [InlineData("")]
    public void A_scope_that_is_not_there_has_no_terminal(string? unit)
    {
        using var root = new TemporaryDirectory();
        root.Write("sys/fs/cgroup/user.slice/session-3.scope/cgroup.procs", "813\n"u8);
        root.Write("proc/813/stat", "813 (bash) S 1 813 813 34816 900 0"u8);
        Assert.Null(new SessionScope(1000, unit).FindTerminal(root.Path));
    }
}
