using System.Buffers;
using System.CommandLine;
using System.CommandLine.Parsing;
using Rwho.Protocol;

namespace Rwho.Node.Commands;

/// <summary><c>ruptime</c>: who is up, how loaded.</summary>
internal sealed class RuptimeCommand : Command
{
    private readonly Option<bool> all = new("-a") { Description = "count users idle an hour or more, too" };
    private readonly Option<bool> byLoad = new("-l") { Description = "order by load" };
    private readonly Option<bool> reverse = new("-r") { Description = "turn the order round" };
    private readonly Option<bool> byUptime = new("-t") { Description = "order by uptime" };
    private readonly Option<bool> byUsers = new("-u") { Description = "order by number of users" };
    private readonly Argument<string[]> names = new("host") { Description = "only these hosts" };
    private readonly SpoolOptions spool = new();

    public RuptimeCommand()
        : base("ruptime", "Show the hosts of the network: up or down, users, load.")
    {
        foreach (var option in (Option[])[all, byLoad, reverse, byUptime, byUsers]) Options.Add(option);
        Arguments.Add(names);
        spool.AddTo(this);
        SetAction(Run);
    }

    /// <summary>The same as a program of its own.</summary>
    public RootCommand AsProgram() => Programs.Of(this, Run);

    private int Run(ParseResult result)
    {
        RefuseUnknownOptions(result);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var (hosts, directory) = spool.Read(result, now);
        var wanted = result.GetValue(names) ?? [];
        if (wanted.Length > 0) hosts.RemoveAll(host => !wanted.Contains(host.Datagram.Host.ToString()));
        if (hosts.Count == 0)
        {
            Console.Out.WriteLine(wanted.Length == 0
                ? $"ruptime: no hosts in {directory}."
                : $"ruptime: no such hosts in {directory}.");
            return ExitStatus.NoHosts;
        }

        var output = new ArrayBufferWriter<byte>();
        var options = new RuptimeOptions(result.GetValue(all), Order(result), result.GetValue(reverse));
        RuptimeText.Write(output, hosts, options, now);
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
