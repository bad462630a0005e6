using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Rwho.Protocol;

namespace Rwho.Actors.Query;

/// <summary>
/// The line that a client sends, read by hand as often as by programs: words between blanks or tabs, options as
/// Debian's programs take them (bundled, repeated, also behind the hosts, <c>--</c> ends them). Whatever it is not, the
/// answer is a reason in words of our own: nothing of the line goes back to the client.
/// </summary>
public static class RequestLine
{
    /// <summary>The longest request, without the LF or CR LF behind it.</summary>
    public const int MaxBytes = 512;

    /// <summary>The options of <c>ruptime</c>, each a letter.</summary>
    public const string RuptimeLetters = "alrtu";

    /// <summary>The options of <c>rwho</c>.</summary>
    public const string RwhoLetters = "a";

    /// <summary>More than <see cref="MaxBytes"/> without an end of the line.</summary>
    public static readonly Request.Wrong TooLong = new($"a request has at most {MaxBytes} bytes");

    private static readonly Request.Wrong NotPrintable = new("a request is printable ASCII");
    private static readonly Request.Wrong Unknown = new("unknown request; try help");
    private static readonly Request.Wrong WrongRuptime = new("ruptime takes -a, -l, -r, -t, -u and host names");
    private static readonly Request.Wrong WrongRwho = new("rwho takes -a only");
    private static readonly Request.Wrong WrongJson = new("json takes host names only");

    private static readonly Request.Wrong WrongWhy = new("why takes one host name");

    private static readonly SearchValues<byte> Allowed = SearchValues.Create(
        [(byte)'\t', .. Enumerable.Range(' ', 0x7F - ' ').Select(b => (byte)b)]);

    /// <summary>The answer to <c>help</c>: a line a request.</summary>
    public static ReadOnlySpan<byte> Help => """
        ruptime [-alrtu] [host ...]  the hosts: up or down, users, load (an empty line asks for it, too)
        rwho [-a]                    who is logged in; -a: those idle for an hour, too
        json [host ...]              the hosts as one JSON document
        why host                     where the row of a host comes from, in words
        watch                        the hosts, then every change as it happens: a JSON line each
        stats                        counters, limits, networks: one JSON document
        version                      the version of this node
        help                         these lines

        """u8;

    /// <summary>Reads a request; never throws, whatever the bytes are.</summary>
    /// <param name="line">All before the LF, or before the end of the input; a CR at its end is no part of it.</param>
    public static Request Parse(ReadOnlySpan<byte> line)
    {
        if (line is [.. var before, (byte)'\r']) line = before;
        if (line.Length > MaxBytes) return TooLong;
        if (line.ContainsAnyExcept(Allowed)) return NotPrintable;
        var words = Encoding.ASCII.GetString(line).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return new Request.Ruptime(default, []);
        var arguments = words.AsSpan(1);
        return words[0] switch
        {
            "ruptime" => Ruptime(arguments),
            "rwho" => Rwho(arguments),
            "json" => TrySplit(arguments, "", out _, out var hosts) ? new Request.Json(hosts) : WrongJson,
            "why" => Why(arguments),
            "watch" => Alone(new Request.Watch(), arguments),
            "stats" => Alone(new Request.Stats(), arguments),
            "version" => Alone(new Request.Version(), arguments),
            "help" => Alone(new Request.Help(), arguments),
            _ => Unknown,
        };
    }

    /// <summary>Takes a request as it comes in; the pieces that it comes in make no difference.</summary>
    /// <param name="begun">All that came so far.</param>
    /// <param name="searched">How much of it was seen before, and is no request yet.</param>
    /// <param name="isEnd">Whether nothing follows.</param>
    /// <returns>False while there may be more of it.</returns>
    public static bool TryTake(
        ReadOnlySpan<byte> begun, int searched, bool isEnd, [NotNullWhen(true)] out Request? request)
    {
        var end = begun[searched..].IndexOf((byte)'\n');
        request = end >= 0 ? Parse(begun[..(searched + end)])
            : isEnd ? Parse(begun)
            : IsTooLong(begun) ? TooLong
            : null;
        return request is not null;
    }

    /// <summary>Writes the answer to what is wrong: one line.</summary>
    public static void WriteError(IBufferWriter<byte> output, Request.Wrong wrong)
    {
        output.Write("error: "u8);
        output.Write(Encoding.ASCII.GetBytes(PrintableText.Of(wrong.Reason)));
        output.Write("\n"u8);
    }

    // Whatever follows: a CR may end the line.
    private static bool IsTooLong(ReadOnlySpan<byte> begun) =>
        begun.Length > MaxBytes && !(begun.Length == MaxBytes + 1 && begun[MaxBytes] == '\r');

    private static Request Ruptime(ReadOnlySpan<string> arguments)
    {
        if (!TrySplit(arguments, RuptimeLetters, out var options, out var hosts)) return WrongRuptime;
        var order = RuptimeOrder.Name;
        foreach (var option in options)
            order = option switch
            {
                'l' => RuptimeOrder.Load,
                't' => RuptimeOrder.Uptime,
                'u' => RuptimeOrder.Users,
                _ => order,
            };
        return new Request.Ruptime(new RuptimeOptions(options.Contains('a'), order, options.Contains('r')), hosts);
    }

    private static Request Rwho(ReadOnlySpan<string> arguments) =>
        TrySplit(arguments, RwhoLetters, out var options, out var others) && others.IsEmpty
            ? new Request.Rwho(options.Contains('a'))
            : WrongRwho;

    private static Request Why(ReadOnlySpan<string> arguments) =>
        TrySplit(arguments, "", out _, out var hosts) && hosts is [var host] ? new Request.Why(host) : WrongWhy;

    private static Request Alone(Request request, ReadOnlySpan<string> arguments) =>
        arguments.IsEmpty ? request : new Request.Wrong(
            $"{request.GetType().Name.ToLowerInvariant()} takes nothing behind it");

    /// <summary>Tells options from operands as getopt does; a <c>-</c> alone is an operand.</summary>
    /// <param name="options">Their letters, in the order given.</param>
    /// <returns>False for an option that is none of the known ones.</returns>
    private static bool TrySplit(
        ReadOnlySpan<string> arguments, string known, out string options, out ImmutableArray<string> operands)
    {
        var letters = new StringBuilder();
        var others = ImmutableArray.CreateBuilder<string>();
        var ended = false;
        foreach (var argument in arguments)
        {
            if (ended || argument is "-" || argument[0] != '-') others.Add(argument);
            else if (argument == "--") ended = true;
            else letters.Append(argument, 1, argument.Length - 1);
        }

        options = letters.ToString();
        operands = others.ToImmutable();
        return !options.AsSpan().ContainsAnyExcept(known);
    }
}
