using Rwho.Node.Linux;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>A session's file of systemd-logind.</summary>
internal sealed class LogindTarget() : Target("logind", 4096)
{
    private const int MaxTextBytes = 256;

    public override IReadOnlyList<byte[]> Words => EnvironmentTarget.Language;

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var scopes = 0;
        var isLogin = LogindSessions.TryRead(input, Terminal, out var session);
        Unless(scopes <= 1, "a session's terminal is looked for once");
        if (!isLogin) return new Outcome(Depth.Refused, scopes);
        CheckText(session.User);
        CheckText(session.Line);
        Unless(session.LoginTime is >= 0 and <= long.MaxValue / 1_000_000, "nobody logged in before 1970");
        Unless(input.IndexOf(session.User) >= 0 || input.IndexOfAny((byte)'\\', (byte)'"', (byte)'\'') >= 0,
            "a user's name stands in the file");
        return new Outcome(Depth.Taken, 16 + (session.IsTerminal ? 1 : 0) + 2 * scopes
            + (session.LoginTime > 0 ? 4 : 0) + 8 * Math.Min(session.Line.Length, 15));

        byte[]? Terminal(SessionScope scope)
        {
            Unless(scope.UserId >= 0, "a user's number is not negative");
            return scopes++ == 0 && scope.UserId % 2 == 0 ? "pts/0"u8.ToArray() : null;
        }
    }

    private static void CheckText(byte[] text) =>
        Unless(text.Length is > 0 and <= MaxTextBytes && !text.Contains((byte)0), "a text has 1 to 256 bytes, no NUL");
}
