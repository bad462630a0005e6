using System.Text;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public class LogindSessionsTests
{
    private const string Ssh = "# This is private data. Do not parse.\nUID=1000\nUSER=ann\nACTIVE=1\n"
        + "STATE=active\nREMOTE=1\n"
        + "TYPE=tty\nCLASS=user\nSCOPE=session-3.scope\nFIFO=/run/systemd/sessions/3.ref\nREMOTE_HOST=10.0.0.7\n"
        + "SERVICE=sshd\nLEADER=812\nREALTIME=1795238000123456\nMONOTONIC=99\n";

    public static TheoryData<string, string, string?> Samples => new()
    {
        {
            "a console", "USER=ann\nSTATE=active\nTYPE=tty\nCLASS=user\nTTY=tty1\nSERVICE=login\nREALTIME=5000000\n",
            "ann@tty1 5 tty"
        },
        { "ssh with its terminal", Ssh + "TTY=pts/0\n", "ann@pts/0 1795238000 tty" },
        { "ssh without a terminal", Ssh, "ann@sshd 1795238000" },
        { "an X display", "USER=ann\nTYPE=x11\nCLASS=user\nTTY=tty2\nDISPLAY=:0\n", "ann@tty2 0" },
        { "a display alone", "USER=ann\nTYPE=x11\nCLASS=user\nDISPLAY=:0\n", "ann@:0 0" },
        { "Wayland", "USER=ann\nTYPE=wayland\nCLASS=user\nTTY=tty2\nSERVICE=gdm-password\n", "ann@tty2 0" },
        { "Wayland on no seat", "USER=ann\nTYPE=wayland\nCLASS=user\nSERVICE=gdm-password\n", "ann@gdm-password 0" },
        { "nothing to call it by", "USER=ann\nCLASS=user\n", "ann@? 0" },
        { "a device's whole path", "USER=ann\nCLASS=user\nTTY=/dev/pts/7\n", "ann@pts/7 0 tty" },
        { "no class, as of old", "USER=ann\nTTY=tty1\n", "ann@tty1 0 tty" },
        { "an early user", "USER=root\nCLASS=user-early\nTTY=tty1\n", "root@tty1 0 tty" },
        { "a light user", "USER=ann\nCLASS=user-light\nTTY=tty1\n", "ann@tty1 0 tty" },
        { "an early light user", "USER=ann\nCLASS=user-early-light\nTTY=tty1\n", "ann@tty1 0 tty" },
        { "an incomplete user", "USER=ann\nCLASS=user-incomplete\nTTY=tty1\n", null },
        { "a greeter", "USER=gdm\nCLASS=greeter\nTTY=tty1\n", null },
        { "a lock screen", "USER=ann\nCLASS=lock-screen\nTTY=tty1\n", null },
        { "a manager", "USER=ann\nCLASS=manager\nSERVICE=systemd-user\n", null },
        { "a cron job", "USER=ann\nCLASS=background\nSERVICE=cron\n", null },
        { "a class to come", "USER=ann\nCLASS=user-whatever\nTTY=tty1\n", null },
        { "closing", "USER=ann\nCLASS=user\nSTATE=closing\nTTY=tty1\n", null },
        { "online", "USER=ann\nCLASS=user\nSTATE=online\nTTY=tty1\n", "ann@tty1 0 tty" },
        { "no user", "CLASS=user\nTTY=tty1\n", null },
        { "an empty user", "USER=\nCLASS=user\nTTY=tty1\n", null },
        { "an empty file", "", null },
        { "half written", "# This is private data. Do not parse.\nUID=1000\nUS", null },
        { "cut within a value", "USER=ann\nCLASS=user\nTTY=pt", "ann@pt 0 tty" },
        { "a time that is none", "USER=ann\nCLASS=user\nTTY=tty1\nREALTIME=-5\n", "ann@tty1 0 tty" },
        { "a time beyond all", "USER=ann\nCLASS=user\nTTY=tty1\nREALTIME=99999999999999999999\n", "ann@tty1 0 tty" },
        { "quoted", "USER=\"ann\"\nCLASS='user'\nDISPLAY=\":0\"\n", "ann@:0 0" },
        { "escaped", "USER=a\\nn\nCLASS=user\nSERVICE=\"a\\\"b\\\\c\\d\"\n", "ann@a\"b\\c\\d 0" },
        { "a NUL in the name", "USER=a\0b\nCLASS=user\nTTY=tty1\n", null },
        { "a name of 300 bytes", $"USER={new string('x', 300)}\nCLASS=user\nTTY=tty1\n", null },
        { "no line ends", "USER=ann CLASS=greeter", "ann CLASS=greeter@? 0" },
        { "binary", "\u0001\u00ff=\u0002=\n\n===\n\"\n", null },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_session_file_is_a_login_or_it_is_not(string what, string content, string? expected)
    {
        var isLogin = LogindSessions.TryRead(Encoding.Latin1.GetBytes(content), null, out var session);
        Assert.Equal((what, expected), (what, isLogin ? Show(session) : null));
    }

    [Fact]
    public void The_terminal_that_logind_does_not_know_is_asked_for()
    {
        var asked = new List<SessionScope>();
        Assert.True(LogindSessions.TryRead(Encoding.ASCII.GetBytes(Ssh), Find, out var session));
        Assert.Equal("ann@pts/4 1795238000 tty", Show(session));
        Assert.Equal([new SessionScope(1000, "session-3.scope")], asked);

        byte[]? Find(SessionScope scope)
        {
            asked.Add(scope);
            return "pts/4"u8.ToArray();
        }
    }

    [Fact]
    public void A_directory_s_sessions_are_ordered_by_login_time()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("2", "USER=late\nCLASS=user\nTTY=tty2\nREALTIME=9000000\n"u8);
        directory.Write("10", "USER=early\nCLASS=user\nTTY=tty1\nREALTIME=5000000\n"u8);
        directory.Write("c1", "USER=gdm\nCLASS=greeter\nTTY=tty3\nREALTIME=1000000\n"u8);
        directory.Write("2.ref", "USER=ref\nCLASS=user\n"u8);
        directory.Write(".#10abc", "USER=temporary\nCLASS=user\n"u8);
        Directory.CreateDirectory(Path.Combine(directory.Path, "7"));
        File.CreateSymbolicLink(Path.Combine(directory.Path, "8"), "nowhere");
        var sessions = LogindSessions.ReadDirectory(directory.Path).Select(Show);
        Assert.Equal(["early@tty1 5 tty", "late@tty2 9 tty"], sessions);
    }

    [Fact]
    public void A_fifo_in_the_directory_blocks_nobody()
    {
        using var directory = new TemporaryDirectory();
        using var process = System.Diagnostics.Process.Start("mkfifo", Path.Combine(directory.Path, "9"));
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Empty(LogindSessions.ReadDirectory(directory.Path));
    }

    [Fact]
    public void A_missing_directory_has_no_sessions() => Assert.Empty(LogindSessions.ReadDirectory("/nonexistent"));

    private static string Show(Session session) => UtmpRecords.Show(session) + (session.IsTerminal ? " tty" : "");
}
