using System.Buffers;
using Rwho.Actors.Query;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>The line that a client sends, whole and in pieces.</summary>
internal sealed class RequestTarget() : Target("request", 700)
{
    private static readonly byte[][] Language = WordList.Of(
        "ruptime", "rwho", "json", "why", "watch", "stats", "version", "help", " ", "\t", "-a", "-l", "-r", "-t", "-u",
        "-alrtu", "--", "-", "alpha", "\n", "\r\n", "\r", new string('x', 64), new string(' ', 300));

    private readonly ArrayBufferWriter<byte> output = new();

    public override IReadOnlyList<byte[]> Words => Language;

    public override IEnumerable<byte[]> Seeds => WordList.Of(
        "", "\n", "ruptime -alrtu alpha beta\n", "rwho -a\r\n", "json -- -x", "why alpha\n", "watch\n", "stats\n",
        "version\n", "help\n", new string('x', 511) + "\r\n", new string('x', 512) + "\r\n",
        new string('x', 513) + "\r\n",
        "json " + new string('x', 507) + "\r\n", "ruptime\nrwho\n");

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var end = input.IndexOf((byte)'\n');
        var request = RequestLine.Parse(end < 0 ? input : input[..end]);
        var random = new RandomPieces(input.Length);
        for (var most = 1; most <= RequestLine.MaxBytes * 2; most = most * 3 + 1)
            Unless(InPieces(input, random, most) == request, "a request is the same in whatever pieces it comes");
        Unless(InPieces(input, random, input.Length + 1) == request, "a request is the same as a whole");
        return request is Request.Wrong wrong ? CheckWrong(wrong) : CheckRight(request, input);
    }

    private static Request InPieces(ReadOnlySpan<byte> input, RandomPieces random, int most)
    {
        var received = 0;
        while (true)
        {
            var searched = received;
            received = Math.Min(input.Length, received + random.Next(most));
            // A piece of none is the end of the input.
            if (RequestLine.TryTake(input[..received], searched, received == searched, out var request)) return request;
        }
    }

    private Outcome CheckWrong(Request.Wrong wrong)
    {
        output.ResetWrittenCount();
        RequestLine.WriteError(output, wrong);
        var line = output.WrittenSpan;
        Unless(line.StartsWith("error: "u8) && line.IndexOf((byte)'\n') == line.Length - 1, "an error is one line");
        Unless(!line[..^1].ContainsAnyExceptInRange((byte)' ', (byte)'~'), "an error is printable ASCII");
        Unless(Reasons.Contains(wrong.Reason), "an error is in words of our own");
        return new Outcome(Depth.Refused, wrong.Reason.Length);
    }

    private static Outcome CheckRight(Request request, ReadOnlySpan<byte> input)
    {
        var kind = request switch
        {
            Request.Ruptime ruptime => 256 * Math.Min(CheckHosts(ruptime.Hosts, input), 7)
                + (ruptime.Options.All ? 1 : 0) + (ruptime.Options.Reverse ? 2 : 0) + 4 * (int)ruptime.Options.Order,
            Request.Json json => 4096 + Math.Min(CheckHosts(json.Hosts, input), 7),
            Request.Why why => 8192 + CheckHosts([why.Host], input),
            Request.Rwho rwho => 16384 + (rwho.All ? 1 : 0),
            Request.Watch => 16386,
            Request.Stats => 16387,
            Request.Version => 16388,
            Request.Help => 16389,
            _ => throw new BrokenRuleException("requests are those of the list"),
        };
        return new Outcome(Depth.Taken, kind);
    }

    private static int CheckHosts(IReadOnlyList<string> hosts, ReadOnlySpan<byte> input)
    {
        foreach (var host in hosts)
        {
            Unless(host.Length > 0 && host.All(at => at is > ' ' and <= '~'), "a host is a printable word");
            Unless(input.IndexOf(System.Text.Encoding.ASCII.GetBytes(host)) >= 0, "a host stands in the request");
        }

        return hosts.Count;
    }

    // Written out once more: a line that quotes the client would be a way to write into somebody's terminal.
    private static readonly HashSet<string> Reasons =
    [
        "a request has at most 512 bytes", "a request is printable ASCII", "unknown request; try help",
        "ruptime takes -a, -l, -r, -t, -u and host names", "rwho takes -a only", "json takes host names only",
        "why takes one host name", "watch takes nothing behind it", "stats takes nothing behind it",
        "version takes nothing behind it", "help takes nothing behind it",
    ];

    /// <summary>Lengths of pieces, the same ones for the same input.</summary>
    private sealed class RandomPieces(int seed)
    {
        private Mutation.RandomNumbers random = new((ulong)seed);

        /// <summary>1 to the most.</summary>
        public int Next(int most) => 1 + random.Below(most);
    }
}
