using System.Text;
using Microsoft.Extensions.Logging;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public sealed class SyslogTests : IDisposable
{
    private readonly TemporaryDirectory place = new();

    private string LogPath => Path.Combine(place.Path, "log");

    public void Dispose() => place.Dispose();

    [Fact]
    public void Each_level_has_its_priority()
    {
        using var daemon = SystemdTests.Listen(LogPath);
        using var syslog = new Syslog(LogPath);
        var logger = syslog.CreateLogger("rwho");
        logger.LogInformation("hello");
        logger.LogWarning("careful");
        logger.LogError(new IOException("disk"), "failed");
        logger.LogCritical("the end");
        logger.LogDebug("detail");
        logger.Log(LogLevel.None, "not at all");
        var id = Environment.ProcessId;
        Assert.Equal(
            [
                $"<30>rwhod[{id}]: hello", $"<28>rwhod[{id}]: careful", $"<27>rwhod[{id}]: failed: IOException: disk",
                $"<26>rwhod[{id}]: the end", $"<31>rwhod[{id}]: detail",
            ],
            Enumerable.Range(0, 5).Select(_ => SystemdTests.Receive(daemon)));
    }

    [Fact]
    public void A_line_stays_a_line_whatever_is_in_it()
    {
        var line = SyslogSocket.Line(6, 7, "a\nb\r\tc\u001b[31m");
        Assert.Equal("<30>rwhod[7]: a b  c [31m", Encoding.UTF8.GetString(line));
        Assert.Equal("<30>rwhod[7]: ", Encoding.UTF8.GetString(SyslogSocket.Line(6, 7, "")));
        var long1 = SyslogSocket.Line(6, 7, new string('\u20ac', 5000));
        Assert.InRange(long1.Length, SyslogSocket.MaxLineBytes - 3, SyslogSocket.MaxLineBytes);
        Assert.EndsWith("\u20ac", Encoding.UTF8.GetString(long1), StringComparison.Ordinal);
        Assert.NotEmpty(SyslogSocket.Line(6, 7, "\ud800 alone"));
    }

    [Fact]
    public void Without_a_log_daemon_lines_are_counted_and_lost()
    {
        using var syslog = new SyslogSocket(LogPath);
        syslog.Write(6, "one");
        syslog.Write(6, "two");
        Assert.Equal(2, syslog.Dropped);
    }

    [Fact]
    public void A_log_daemon_that_restarts_is_found_again()
    {
        using var syslog = new SyslogSocket(LogPath);
        using (var first = SystemdTests.Listen(LogPath))
        {
            syslog.Write(6, "one");
            Assert.EndsWith("one", SystemdTests.Receive(first), StringComparison.Ordinal);
        }
        syslog.Write(6, "lost");
        File.Delete(LogPath);
        syslog.Write(6, "lost as well");
        using var second = SystemdTests.Listen(LogPath);
        syslog.Write(6, "two");
        Assert.EndsWith("two", SystemdTests.Receive(second), StringComparison.Ordinal);
        Assert.Equal(2, syslog.Dropped);
    }

    [Fact]
    public void A_log_daemon_that_does_not_read_blocks_nobody()
    {
        using var daemon = SystemdTests.Listen(LogPath);
        using var syslog = new SyslogSocket(LogPath);
        for (var line = 0; line < 20_000 && syslog.Dropped == 0; line++) syslog.Write(6, new string('x', 1000));
        Assert.True(syslog.Dropped > 0);
    }

    [Fact]
    public void After_the_end_lines_are_lost_quietly()
    {
        using var daemon = SystemdTests.Listen(LogPath);
        var syslog = new SyslogSocket(LogPath);
        syslog.Dispose();
        syslog.Write(6, "late");
        syslog.Dispose();
        Assert.Equal(1, syslog.Dropped);
    }
}
