using System.Net;
using System.Net.Sockets;
using Rwho.Tests.Node.Linux;

namespace Rwho.Tests.Node.Client;

public class AskingTests
{
    private const string Row = "alpha         up    3+07:12,     2 users,  load 0.32, 0.21, 0.12\n";

    [Fact]
    public async Task The_reply_comes_out_as_it_came_in()
    {
        using var node = ScriptedNode.Saying(Row);
        var (status, output, errors) = await ClientProgram.RunAsync(
            "ruptime", "-la", "--node", node.Address, "alpha", "beta");
        Assert.Equal((0, Row, ""), (status, output, errors));
        Assert.Equal("ruptime -al alpha beta", Assert.Single(node.Requests));
    }

    [Fact]
    public async Task A_reply_may_come_a_byte_at_a_time()
    {
        using var node = new ScriptedNode(async (client, _) =>
        {
            client.NoDelay = true;
            foreach (var at in Row) await ScriptedNode.SendAsync(client, at.ToString());
        });
        var (status, output, _) = await ClientProgram.RunAsync("rwho", "-a", "--node", node.Address);
        Assert.Equal((0, Row), (status, output));
        Assert.Equal("rwho -a", Assert.Single(node.Requests));
    }

    [Fact]
    public async Task A_node_cannot_command_the_terminal()
    {
        using var node = ScriptedNode.Saying("alpha\u001b[2J\u0080\n");
        Assert.Equal("alpha?[2J?\n", (await ClientProgram.RunAsync("ruptime", "--node", node.Address)).Output);
    }

    [Fact]
    public async Task A_unix_socket_is_a_node_too()
    {
        using var place = new TemporaryDirectory();
        var path = Path.Combine(place.Path, "socket");
        using var node = ScriptedNode.Saying("{}\n", new UnixDomainSocketEndPoint(path));
        Assert.Equal((0, "{}\n", ""), await ClientProgram.RunAsync("rwho", "--json", "--node", path));
        Assert.Equal("json", Assert.Single(node.Requests));
    }

    [Fact]
    public async Task IPv6_is_spoken()
    {
        if (!Socket.OSSupportsIPv6) return;
        using var node = ScriptedNode.Saying(Row, new IPEndPoint(IPAddress.IPv6Loopback, 0));
        Assert.Equal((0, Row, ""), await ClientProgram.RunAsync("ruptime", "--node", node.Address));
    }

    [Theory]
    [InlineData("error: unknown request; try help\n", 64, "answers: unknown request; try help")]
    [InlineData("error: busy: 256 watch already\n", 69, "answers: busy: 256 watch already")]
    [InlineData("alpha  up", 69, "ended in the middle of its reply")]
    public async Task What_is_no_reply_is_told_in_one_line(string reply, int status, string told)
    {
        using var node = ScriptedNode.Saying(reply);
        var (ended, _, errors) = await ClientProgram.RunAsync("ruptime", "--node", node.Address);
        Assert.Equal((status, $"ruptime: {node.Address} {told}\n"), (ended, errors));
    }

    [Fact]
    public async Task A_node_that_closes_without_a_word_refuses()
    {
        using var node = new ScriptedNode((_, _) => Task.CompletedTask, isRefusing: true);
        Assert.Equal((69, "", $"ruptime: {node.Address} refuses to answer (see --allow there)\n"),
            await ClientProgram.RunAsync("ruptime", "--node", node.Address));
    }

    [Theory]
    [InlineData("ruptime", 1, "ruptime: no such hosts on ")]
    [InlineData("rwho", 0, "")]
    public async Task An_empty_reply_of_a_node_that_answers_is_no_refusal(string program, int status, string told)
    {
        using var node = new ScriptedNode((client, request) =>
            request == "version" ? ScriptedNode.SendAsync(client, "rwhod 0.1\n") : Task.CompletedTask);
        string[] host = program == "ruptime" ? ["nobody"] : [];
        var (ended, output, errors) = await ClientProgram.RunAsync([program, "--node", node.Address, .. host]);
        Assert.Equal((status, ""), (ended, errors));
        Assert.StartsWith(told, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_node_costs_the_time_out_and_no_more()
    {
        // Held here, or it would be collected, and the connection with it.
        var never = new TaskCompletionSource();
        using var node = new ScriptedNode((_, _) => never.Task);
        Assert.Equal((69, "", $"ruptime: cannot reach {node.Address}: no answer within 200ms: is it up, and does rwhod "
            + "run there? (--timeout T waits longer)\n"),
            await ClientProgram.RunAsync("ruptime", "--timeout", "200ms", "--node", node.Address));
        GC.KeepAlive(never);
    }

    [Fact]
    public async Task A_connection_that_is_lost_before_the_reply_is_made_again()
    {
        var lost = 0;
        using var node = new ScriptedNode((client, request) => request == "version"
            ? ScriptedNode.SendAsync(client, "rwhod 0.1\n")
            : Interlocked.Exchange(ref lost, 1) == 0 ? ScriptedNode.Reset(client)
            : ScriptedNode.SendAsync(client, Row));
        Assert.Equal((0, Row, ""), await ClientProgram.RunAsync("ruptime", "--node", node.Address));
        Assert.Equal(["ruptime", "version", "ruptime"], node.Requests);
    }

    [Theory]
    [InlineData("ruptime")]
    [InlineData("rwho")]
    public async Task A_connection_that_is_always_lost_before_the_reply_is_no_network_without_hosts(string program)
    {
        using var node = new ScriptedNode((client, request) => request == "version"
            ? ScriptedNode.SendAsync(client, "rwhod 0.1\n") : ScriptedNode.Reset(client));
        Assert.Equal((69, "", $"{program}: {node.Address} lost the connection before its reply; try again\n"),
            await ClientProgram.RunAsync(program, "--node", node.Address));
    }

    [Theory]
    [InlineData("ruptime", "--json")]
    [InlineData("ruptime", "--json", "alpha")]
    [InlineData("rwho", "--json")]
    [InlineData("ruptime", "nobody/here")]
    public async Task A_document_is_never_empty(string program, params string[] arguments)
    {
        using var node = new ScriptedNode((client, request) =>
            request == "version" ? ScriptedNode.SendAsync(client, "rwhod 0.1\n") : Task.CompletedTask);
        Assert.Equal((69, "", $"{program}: {node.Address} answers json with nothing; see its log\n"),
            await ClientProgram.RunAsync([program, "--node", node.Address, .. arguments]));
    }

    [Theory]
    [InlineData("ruptime -- -x beta", "-x", "beta")]
    [InlineData("ruptime -lr -- -x", "-lr", "-x")]
    [InlineData("json -- -x", "--json", "-x")]
    public async Task A_host_whose_name_begins_with_a_dash_is_no_option(string request, params string[] words)
    {
        using var node = ScriptedNode.Saying(Row);
        string[] options = [.. words.Where(word => word is "-lr" or "--json")];
        var (status, _, errors) = await ClientProgram.RunAsync(
            ["ruptime", "--node", node.Address, .. options, "--", .. words.Except(options)]);
        Assert.Equal((0, ""), (status, errors));
        Assert.Equal(request.Replace("-lr", "-rl", StringComparison.Ordinal), Assert.Single(node.Requests));
    }

    [Fact]
    public async Task A_reset_in_the_middle_of_a_reply_is_told()
    {
        using var node = new ScriptedNode(async (client, _) =>
        {
            await ScriptedNode.SendAsync(client, Row);
            await ScriptedNode.Reset(client);
        });
        var (status, _, errors) = await ClientProgram.RunAsync("ruptime", "--node", node.Address);
        Assert.Equal((69, 1), (status, errors.Count(at => at == '\n')));
    }

    [Fact]
    public async Task More_hosts_than_a_request_has_room_for_are_chosen_here()
    {
        using var node = ScriptedNode.Saying(Boards.Document("beta", "alpha", "gamma"));
        string[] many = [.. Enumerable.Range(0, 100).Select(i => $"workstation{i}"), "beta", "alpha"];
        var (status, output, _) = await ClientProgram.RunAsync(["ruptime", "--node", node.Address, .. many]);
        Assert.Equal((0, "json"), (status, Assert.Single(node.Requests)));
        Assert.Equal(["alpha", "beta"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row[..row.IndexOf(' ', StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task More_hosts_than_a_request_has_room_for_and_no_reply_is_a_failure_of_the_node()
    {
        using var node = new ScriptedNode((client, request) =>
            request == "version" ? ScriptedNode.SendAsync(client, "rwhod 0.1\n") : ScriptedNode.Reset(client));
        string[] many = [.. Enumerable.Range(0, 100).Select(i => $"workstation{i}")];
        Assert.Equal((69, "", $"ruptime: {node.Address} lost the connection before its reply; try again\n"),
            await ClientProgram.RunAsync(["ruptime", "--node", node.Address, .. many]));
    }

    [Fact]
    public async Task A_document_cannot_command_the_terminal_either()
    {
        using var node = ScriptedNode.Saying(
            Boards.Document("alpha", "beta").Replace("pts/0", "\u001b[2J\u0007", StringComparison.Ordinal));
        string[] many = [.. Enumerable.Range(0, 100).Select(i => $"workstation{i}"), "alpha"];
        foreach (var names in (string[][])[[], many])
        {
            var (status, output, _) = await ClientProgram.RunAsync(
                ["ruptime", "--json", "--node", node.Address, .. names]);
            Assert.Equal(0, status);
            Assert.DoesNotContain('\u001b', output);
            Assert.Contains("?[2J?", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ruptime", "--node", "a", "--spool", "b")]
    [InlineData("ruptime", "--watch", "--spool", "/nonexistent")]
    [InlineData("ruptime", "--node", "a:99999")]
    [InlineData("ruptime", "--node", "[::1")]
    [InlineData("ruptime", "--timeout", "soon")]
    public async Task Wrong_usage(params string[] arguments) =>
        Assert.Equal(64, (await ClientProgram.RunAsync(arguments)).Status);
}
