using System.Buffers;
using System.CommandLine;
using System.CommandLine.Parsing;
using Rwho.Node.Client;
using Rwho.Protocol;

namespace Rwho.Node.Commands;

/// <summary><c>ruptime</c>: who is up, how loaded.</summary>
internal sealed class RuptimeCommand : Command, IHasHelpPage
{
    private readonly Option<bool> all = new("-a") { Description = "count users idle an hour or more, too" };
    private readonly Option<bool> byLoad = new("-l") { Description = "by load" };
    private readonly Option<bool> reverse = new("-r") { Description = "the order turned round" };
    private readonly Option<bool> byUptime = new("-t") { Description = "by uptime" };
    private readonly Option<bool> byUsers = new("-u") { Description = "by number of users" };
    private readonly Option<bool> json = new("--json") { Description = "as JSON; with --watch, a line a change" };
    private readonly Option<bool> watch = new("--watch") { Description = "the board, kept up to date" };
    private readonly Option<bool> why = new("--why") { Description = "in words, where their rows come from" };
    private readonly Argument<string[]> names = new("host") { Description = "only these hosts" };
    private readonly SourceOptions source = new();

    public RuptimeCommand()
        : base("ruptime", "Show the hosts of the network: up or down, users, load.")
    {
        foreach (var option in (Option[])[all, byLoad, reverse, byUptime, byUsers, json, watch, why])
            Options.Add(option);
        Arguments.Add(names);
        source.AddTo(this);
        SetAction(RunAsync);
    }

    public HelpPage HelpPage => HelpPages.Ruptime;

    /// <summary>The same as a program of its own.</summary>
    public RootCommand AsProgram() => Programs.Of(this, HelpPage, RunAsync);

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancelled)
    {
        RefuseUnknownOptions(result);
        var question = new RuptimeQuestion(
            new RuptimeOptions(result.GetValue(all), Order(result), result.GetValue(reverse)),
            result.GetValue(names) ?? [], result.GetValue(json));
        using var node = await source.FindNodeAsync(result, cancelled).ConfigureAwait(false);
        if (result.GetValue(why))
            return await WhyAsync(node, result.GetValue(names) ?? [], cancelled).ConfigureAwait(false);
        if (result.GetValue(watch)) return await WatchAsync(node, question).ConfigureAwait(false);
        if (node is null) return Print(result, question);
        if (await question.AskAsync(node, cancelled).ConfigureAwait(false)) return ExitStatus.Ok;
        return NoHosts(question, "on", node.Node.ToString());
    }

    private static async Task<int> WhyAsync(NodeClient? node, string[] hosts, CancellationToken cancelled)
    {
        if (hosts.Length == 0)
            throw new ExitException(ExitStatus.Usage, "--why explains hosts: name one, as in ruptime --why HOST");
        if (node is null)
            throw new ExitException(ExitStatus.Usage,
                "--why asks a node, not a spool: start rwhod here, or name a node with --node");
        foreach (var (i, host) in hosts.Index())
        {
            if (!HostName.TryParse(host, out _))
                throw new ExitException(ExitStatus.Usage, $"'{PrintableText.Of(host)}' is no name of a host");
            if (i > 0) Console.Out.WriteLine();
            await node.AskAsync($"why -- {host}", Programs.PrintReply, cancelled).ConfigureAwait(false);
        }

        return ExitStatus.Ok;
    }

    private static async Task<int> WatchAsync(NodeClient? node, RuptimeQuestion question)
    {
        if (node is null)
            throw new ExitException(ExitStatus.Usage,
                "--watch asks a node, not a spool: start rwhod here, or name a node with --node");
        using var ended = new EndSignals();
        await question.WatchAsync(node, ended).ConfigureAwait(false);
        return ExitStatus.Ok;
    }

    private int Print(ParseResult result, RuptimeQuestion question)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var (hosts, directory) = source.Read(result, now);
        if (question.Names.Length > 0) hosts.RemoveAll(host => !question.IsWanted(host.Datagram.Host));
        if (question.IsJson)
        {
            Programs.PrintJson(hosts, now);
            return ExitStatus.Ok;
        }

        if (hosts.Count == 0) return NoHosts(question, "in", directory);
        var output = new ArrayBufferWriter<byte>();
        RuptimeText.Write(output, hosts, question.Options, now);
        Programs.Print(output.WrittenSpan);
        return ExitStatus.Ok;
    }

    // What looks like an option would else be a host that nobody knows; behind -- it is one.
    private void RefuseUnknownOptions(ParseResult result)
    {
        var plain = result.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        var hosts = result.GetResult(names)?.Tokens ?? [];
        var unknown = hosts.Take(hosts.Count - plain).FirstOrDefault(token => token.Value is ['-', _, ..]);
        if (unknown is null) return;
        throw new ExitException(ExitStatus.Usage,
            $"Unrecognized option '{unknown.Value}' (ruptime --help lists the options)");
    }

    private static int NoHosts(RuptimeQuestion question, string at, string place)
    {
        var which = question.Names.Length == 0 ? "" : "such ";
        Console.Out.WriteLine($"ruptime: no {which}hosts {at} {PrintableText.OneLine(place)}.");
        return ExitStatus.NoHosts;
    }

    // Of several orders the last one counts.
    private static RuptimeOrder Order(ParseResult result) => result.Tokens
        .Where(token => token.Type == TokenType.Option)
        .Select(token => token.Value switch
        {
            "-l" => RuptimeOrder.Load,
            "-t" => RuptimeOrder.Uptime,
            "-u" => RuptimeOrder.Users,
            _ => RuptimeOrder.Name,
        })
        .LastOrDefault(order => order != RuptimeOrder.Name);
}
