using Rwho.Node.Linux;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>Files of KEY=VALUE lines, with systemd's rules of quoting.</summary>
internal sealed class EnvironmentTarget() : Target("environment", 1024)
{
    public static readonly byte[][] Language = WordList.Of(
        "USER=", "CLASS=user\n", "CLASS=user-early\n", "CLASS=greeter\n", "STATE=active\n", "STATE=closing\n",
        "TYPE=tty\n",
        "TYPE=wayland\n", "TYPE=x11\n", "TTY=", "/dev/", "pts/0", "DISPLAY=:0\n", "SERVICE=sshd\n", "REALTIME=",
        "UID=1000\n",
        "SCOPE=session-3.scope\n", "1795238000123456", "99999999999999999999", "\\\n", "\\\"", "\\\\", "\"", "'", "=",
        "\n",
        "#", ";", "\r\n", "\0", " \t");

    private readonly List<byte> written = [];

    public override IReadOnlyList<byte[]> Words => Language;

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        written.Clear();
        var rest = input;
        int count = 0, longest = 0;
        for (var before = rest.Length; EnvironmentFile.TryReadNext(ref rest, out var key, out var value); count++)
        {
            Unless(rest.Length < before, "each assignment takes some of the text");
            Unless(key.IndexOfAny((byte)'=', (byte)'\n') < 0, "a key ends at its sign and on its line");
            Unless(key.IsEmpty || key[0] is not ((byte)'#' or (byte)';' or (byte)' '), "comments are no keys");
            Unless(key.Length + value.Length < before - rest.Length, "a value is no longer than its text");
            Write(key, value);
            longest = Math.Max(longest, value.Length);
            before = rest.Length;
        }

        Unless(rest.IsEmpty, "the end is the end of the text");
        CheckAgain(input);
        return new Outcome(
            count == 0 ? Depth.Refused : Depth.Taken, 8 * Math.Min(count, 7) + Math.Min(longest, 7));
    }

    // In double quotes, everything but four characters stands for itself.
    private void Write(ReadOnlySpan<byte> key, byte[] value)
    {
        written.AddRange(key);
        written.AddRange("=\""u8);
        foreach (var character in value)
        {
            if ("\"\\`$"u8.Contains(character)) written.Add((byte)'\\');
            written.Add(character);
        }

        written.AddRange("\"\n"u8);
    }

    private void CheckAgain(ReadOnlySpan<byte> first)
    {
        ReadOnlySpan<byte> second = written.ToArray();
        while (EnvironmentFile.TryReadNext(ref first, out var key, out var value))
        {
            Unless(EnvironmentFile.TryReadNext(ref second, out var sameKey, out var sameValue)
                && key.SequenceEqual(sameKey) && value.AsSpan().SequenceEqual(sameValue),
                    "what is quoted is what was read");
        }

        Unless(second.IsEmpty, "nothing is added by quoting");
    }
}
