using System.Text;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public class ProcFilesTests
{
    [Fact]
    public void This_machine_was_booted_in_the_past()
    {
        var bootTime = ProcFiles.BootTime();
        Assert.NotNull(bootTime);
        Assert.InRange(bootTime.Value, 1, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    [Fact]
    public void This_machine_has_loads()
    {
        var loads = ProcFiles.Loads();
        Assert.NotNull(loads);
        Assert.Equal(ProcFiles.LoadCount, loads.Length);
        Assert.All(loads, load => Assert.True(load >= 0));
    }

    [Fact]
    public void A_machine_without_proc_tells_nothing()
    {
        Assert.Null(ProcFiles.BootTime("/nonexistent/stat"));
        Assert.Null(ProcFiles.Loads("/nonexistent/loadavg"));
        Assert.Null(ProcFiles.Loads("/"));
    }

    [Theory]
    [InlineData("a usual file", "cpu  1 2 3\nintr 9\nctxt 5\nbtime 1795251467\nprocesses 7\n", 1795251467L)]
    [InlineData("the first line", "btime 5\n", 5L)]
    [InlineData("no line end", "cpu 1\nbtime 5", 5L)]
    [InlineData("after 2038", "btime 4102444800\n", 4102444800L)]
    [InlineData("not at a line's start", "xbtime 5\n btime 6\n", null)]
    [InlineData("no number", "btime \n", null)]
    [InlineData("negative", "btime -5\n", null)]
    [InlineData("garbage behind", "btime 5x\n", null)]
    [InlineData("empty", "", null)]
    [InlineData("cut short", "cpu 1\nbti", null)]
    public void The_boot_time_is_a_line_of_stat(string what, string stat, long? expected)
    {
        var isRead = ProcFiles.TryReadBootTime(Encoding.ASCII.GetBytes(stat), out var bootTime);
        Assert.Equal((what, expected), (what, isRead ? bootTime : null));
    }

    [Theory]
    [InlineData("a usual file", "0.23 0.31 0.19 2/87 4741\n", new[] { 23, 31, 19 })]
    [InlineData("no float rounds these", "0.29 0.57 1.15 1/1 1\n", new[] { 29, 57, 115 })]
    [InlineData("huge", "21474836.47 21474836.48 99999999999999999999999.00 1/1 1\n",
        new[] { int.MaxValue, int.MaxValue, int.MaxValue })]
    [InlineData("one digit behind the point", "1.5 2 3. 1/1 1\n", new[] { 150, 200, 300 })]
    [InlineData("more digits than two", "0.999 0.001 1.2345 1/1 1", new[] { 99, 0, 123 })]
    [InlineData("nothing behind", "1.00 2.00 3.00", new[] { 100, 200, 300 })]
    [InlineData("two only", "1.00 2.00\n", null)]
    [InlineData("negative", "-1.00 2.00 3.00\n", null)]
    [InlineData("not a number", "nan 2.00 3.00\n", null)]
    [InlineData("run together", "1.00x 2.00 3.00\n", null)]
    [InlineData("empty", "", null)]
    public void Loads_are_read_digit_by_digit(string what, string loadavg, int[]? expected)
    {
        var loads = new int[ProcFiles.LoadCount];
        var isRead = ProcFiles.TryReadLoads(Encoding.ASCII.GetBytes(loadavg), loads);
        Assert.True(isRead == expected is not null, what);
        if (expected is not null) Assert.Equal(expected, loads);
    }
}
