using System.Text;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public sealed class UsersTests : IDisposable
{
    private const long Now = 1795239155;
    private readonly TemporaryDirectory root = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public void Users_come_from_utmp_with_their_idle_times()
    {
        Device("pts/0", Now - 120);
        Device("pts/1234", Now - 60);
        Utmp(("pts/0", "ann"), ("pts/1234", "bob"), (":0", "cleo"));
        Assert.Equal(["ann@pts/0 120", "bob@pts/1234 60", "cleo@:0 0"], Read());
    }

    [Fact]
    public void A_terminal_read_in_the_future_is_idle_for_less_than_nothing()
    {
        Device("pts/0", Now + 500);
        Utmp(("pts/0", "ann"));
        Assert.Equal(["ann@pts/0 -500"], Read());
    }

    [Fact]
    public void Idle_times_stay_within_an_int()
    {
        Device("pts/0", 0);
        Utmp(("pts/0", "ann"));
        Assert.Equal(int.MaxValue, new Users(root.Path).Read(1L << 40)[0].IdleSeconds);
    }

    [Fact]
    public void Var_run_is_looked_at_where_run_has_no_utmp()
    {
        root.Write("var/run/utmp", UtmpRecords.Record(UtmpLayout.Native, UtmpRecords.UserProcess, "pts/0", "ann", 1));
        Assert.Equal(["ann@pts/0 0"], Read());
    }

    [Fact]
    public void Logind_is_asked_where_utmp_names_no_user()
    {
        Device("tty1", Now - 30);
        root.Write("run/systemd/sessions/1", "USER=ann\nTYPE=tty\nCLASS=user\nTTY=tty1\nREALTIME=5000000\n"u8);
        Assert.Equal(["ann@tty1 30"], Read());
        root.Write("run/utmp", UtmpRecords.Record(UtmpLayout.Native, UtmpRecords.BootTime, "~", "reboot", 1));
        Assert.Equal(["ann@tty1 30"], Read());
        Utmp(("pts/0", "bob"));
        Assert.Equal(["bob@pts/0 0"], Read());
    }

    [Fact]
    public void A_graphical_session_is_never_idle()
    {
        Device("tty2", Now - 9000);
        root.Write("run/systemd/sessions/c2", "USER=ann\nTYPE=wayland\nCLASS=user\nTTY=tty2\n"u8);
        Assert.Equal(["ann@tty2 0"], Read());
    }

    [Fact]
    public void A_system_without_any_list_has_no_users() => Assert.Empty(Read());

    [Fact]
    public void This_system_s_users_can_be_read() => Assert.NotNull(new Users().Read(Now));

    [Theory]
    [InlineData("..")]
    [InlineData("../secret")]
    [InlineData("pts/../../secret")]
    [InlineData("/secret")]
    [InlineData("./pts/0")]
    [InlineData("pts//0")]
    [InlineData("pts/")]
    [InlineData("pts/0\t")]
    [InlineData("pts/0 ")]
    [InlineData("pts/\u00e9")]
    [InlineData("")]
    public void A_line_that_is_no_plain_device_path_is_not_looked_for(string line)
    {
        Device("pts/0", Now - 120);
        Device("pts/0\t", Now - 120);
        Device("pts/\u00e9", Now - 120);
        var secret = root.Write("secret", "x"u8);
        File.SetLastAccessTimeUtc(secret, DateTimeOffset.FromUnixTimeSeconds(Now - 77).UtcDateTime);
        var session = new Session(Encoding.Latin1.GetBytes(line), "ann"u8.ToArray(), 1, IsTerminal: true);
        Assert.Equal(0, new Users(root.Path).IdleSeconds(session, Now));
    }

    private void Device(string line, long accessed)
    {
        var path = root.Write(Path.Combine("dev", line), []);
        File.SetLastAccessTimeUtc(path, DateTimeOffset.FromUnixTimeSeconds(accessed).UtcDateTime);
    }

    private void Utmp(params (string Line, string User)[] rows) => root.Write("run/utmp",
        [.. rows.SelectMany(row =>
            UtmpRecords.Record(UtmpLayout.Native, UtmpRecords.UserProcess, row.Line, row.User, 1))]);

    private IEnumerable<string> Read() => new Users(root.Path).Read(Now).Select(row =>
        $"{Encoding.Latin1.GetString(row.User)}@{Encoding.Latin1.GetString(row.Line)} {row.IdleSeconds}");
}
