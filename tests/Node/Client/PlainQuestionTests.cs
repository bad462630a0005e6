using System.Net.Sockets;
using System.Text;
using Rwho.Node.Client;
using Rwho.Tests.Node.Linux;

namespace Rwho.Tests.Node.Client;

/// <summary>What is asked without the parser of options and without .NET's sockets.</summary>
public sealed class PlainQuestionTests : IDisposable
{
    private const string Row = "alpha         up    3+07:12,     2 users,  load 0.32, 0.21, 0.12\n";
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly TemporaryDirectory place = new();
    private readonly MemoryStream output = new();

    private string At => Path.Combine(place.Path, "socket");

    private string Printed => Encoding.Latin1.GetString(output.ToArray());

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("ruptime\n", "ruptime")]
    [InlineData("ruptime -la -r\n", "ruptime", "-la", "-r")]
    [InlineData("rwho -a\n", "rwho", "-a")]
    [InlineData(null, "rwho", "-l")]
    [InlineData(null, "rwhod", "-a")]
    [InlineData(null, "", "-a")]
    [InlineData(null, "ruptime", "alpha")]
    [InlineData(null, "ruptime", "-")]
    [InlineData(null, "ruptime", "--")]
    [InlineData(null, "ruptime", "--json")]
    [InlineData(null, "ruptime", "-h")]
    [InlineData(null, "ruptime", "-a\n")]
    [InlineData(null, "ruptime", "")]
    public void Letters_alone_are_plain(string? request, string program, params string[] arguments) =>
        Assert.Equal(request, PlainQuestion.Request(program, arguments));

    [Fact]
    public void A_request_has_an_end() =>
        Assert.Null(PlainQuestion.Request("ruptime", ["-" + new string('a', NodeClient.MaxRequestBytes)]));

    [Fact]
    public void The_reply_comes_out_as_it_came_in()
    {
        var board = string.Concat(Enumerable.Repeat(Row, 5_000));
        using var node = Saying(board);
        Assert.True(Ask());
        Assert.Equal(board, Printed);
        Assert.Equal("ruptime", Assert.Single(node.Requests));
    }

    [Fact]
    public void A_reply_may_come_a_byte_at_a_time()
    {
        using var node = new ScriptedNode(async (client, _) =>
        {
            foreach (var at in Row) await ScriptedNode.SendAsync(client, at.ToString());
        }, new UnixDomainSocketEndPoint(At));
        Assert.True(Ask());
        Assert.Equal(Row, Printed);
    }

    [Fact]
    public void A_node_cannot_command_the_terminal()
    {
        using var node = Saying("alpha\u001b[2J\u0080\n");
        Assert.True(Ask());
        Assert.Equal("alpha?[2J?\n", Printed);
    }

    [Theory]
    [InlineData("error: busy: 256 connections already\n")]
    [InlineData("error: ")]
    [InlineData("")]
    public void What_is_no_board_is_left_to_the_command(string reply)
    {
        using var node = Saying(reply);
        Assert.False(Ask());
        Assert.Equal("", Printed);
    }

    [Fact]
    public void A_socket_that_is_not_there_is_left_to_the_command() => Assert.False(Ask());

    [Fact]
    public void A_path_too_long_for_a_socket_is_left_to_the_command() => Assert.False(
        PlainQuestion.TryAsk(At + new string('x', 108), "ruptime\n", Long, output));

    [Fact]
    public void A_socket_that_nobody_listens_at_is_left_to_the_command()
    {
        using (Saying(Row)) Assert.True(File.Exists(At));
        Assert.False(Ask());
    }

    [Fact]
    public void A_reply_without_an_end_is_told()
    {
        using var node = Saying("alpha  up");
        Assert.Equal($"{At} ended in the middle of its reply", Assert.Throws<NodeException>(() => Ask()).Message);
    }

    [Theory]
    [InlineData("", 50, "cannot reach *: no answer within 50ms: *")]
    [InlineData("alpha  up", 3000, "* stopped in the middle of its reply for 3s")]
    public void A_node_that_says_no_more_is_told(string begun, int milliseconds, string told)
    {
        var never = new TaskCompletionSource();
        using var node = new ScriptedNode(async (client, _) =>
        {
            await ScriptedNode.SendAsync(client, begun);
            await never.Task;
        }, new UnixDomainSocketEndPoint(At));
        var silence = Assert.Throws<NodeException>(() => Ask(TimeSpan.FromMilliseconds(milliseconds)));
        Assert.All(told.Split('*'), part => Assert.Contains(part, silence.Message, StringComparison.Ordinal));
        GC.KeepAlive(never);
    }

    private bool Ask(TimeSpan? timeout = null) => PlainQuestion.TryAsk(At, "ruptime\n", timeout ?? Long, output);

    private ScriptedNode Saying(string reply) => ScriptedNode.Saying(reply, new UnixDomainSocketEndPoint(At));
}
