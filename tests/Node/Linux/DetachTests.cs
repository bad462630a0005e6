using System.Diagnostics;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public class DetachTests
{
    [Fact]
    public void The_parent_returns_once_the_child_listens()
    {
        var (status, output, _) = Run("echo starting; printf '\\006rwhod listens\\n'; exec sleep 0");
        Assert.Equal((0, "starting\n"), (status, output));
    }

    [Fact]
    public void The_parent_does_not_wait_for_a_child_that_listens_to_end()
    {
        using var place = new TemporaryDirectory();
        var fifo = Path.Combine(place.Path, "go");
        var (status, _, _) = Run($"mkfifo {fifo}; printf '\\006rwhod listens\\n'; exec cat {fifo} >/dev/null");
        Assert.Equal(0, status);
        File.WriteAllText(fifo, "end");
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 78", 78)]
    [InlineData("echo the rwhod listens; exit 74", 74)]
    [InlineData("kill -9 $$", 128 + 9)]
    public void A_child_that_ends_first_gives_its_exit_status(string script, int expected) =>
        Assert.Equal(expected, Run(script).Status);

    [Fact]
    public void The_child_knows_that_it_is_one()
    {
        Assert.False(Detach.IsDetachedChild);
        Assert.Equal("1\n", Run("echo $RWHOD_DETACHED").Output);
    }

    [Fact]
    public void A_program_that_cannot_be_started_is_named()
    {
        using var errors = new StringWriter();
        Assert.Equal(71, Detach.Parent(new ProcessStartInfo("/nonexistent/rwhod"), TextWriter.Null, errors));
        Assert.StartsWith("rwhod: cannot start /nonexistent/rwhod again", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--detach", "")]
    [InlineData("--port 10513 --detach -f", "--port 10513 -f")]
    [InlineData("--detach=true -f", "-f")]
    [InlineData("--detached", "--detached")]
    [InlineData("-- --detach", "-- --detach")]
    [InlineData("", "")]
    public void The_child_s_arguments_lack_the_option(string args, string expected) =>
        Assert.Equal(
            expected.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Detach.WithoutOption(args.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    private static (int Status, string Output, string Errors) Run(string script)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter();
        var status = Detach.Parent(new ProcessStartInfo("/bin/sh", ["-c", script]), output, errors);
        return (status, output.ToString(), errors.ToString());
    }
}
