using System.Text;

namespace Rwho.Tests.Node.Program;

/// <summary>Text that a terminal would obey, wherever it comes from: none of it reaches the terminal.</summary>
public sealed class EscapingTests
{
    private const string Nasty = "\u001b[2J\u009b31m\u202e\u0007";

    [ProgramTheory]
    [InlineData("check", "-u", "nobody", "-i", "*", "--spool", "/tmp/*", "--record", "/tmp/*.pcap")]
    [InlineData("check", "-u", "*")]
    [InlineData("check", "--*")]
    [InlineData("check", "--name", "*")]
    [InlineData("check", "--config", "/*")]
    [InlineData("ruptime", "--spool", "/*")]
    [InlineData("ruptime", "--node", "*:1")]
    [InlineData("ruptime", "--*")]
    [InlineData("rwho", "--spool", "/*")]
    [InlineData("rwho", "--timeout", "*")]
    public async Task Of_an_argument(params string[] arguments)
    {
        var outcome = await Rwhod.Run([.. arguments.Select(at => at.Replace("*", Nasty, StringComparison.Ordinal))]);
        AssertHarmless(outcome.Output + outcome.Errors);
    }

    [ProgramFact]
    public async Task Of_a_configuration()
    {
        using var place = Rwhod.PublicPlace();
        var file = place.Write("rwhod.json", Encoding.UTF8.GetBytes($$"""{ "{{Nasty}}": 1 }"""));
        var outcome = await Rwhod.Run("check", "--config", file);
        Assert.Equal(78, outcome.Status);
        AssertHarmless(outcome.Output + outcome.Errors);
    }

    [ProgramTheory]
    [InlineData("ruptime")]
    [InlineData("ruptime", "-a")]
    [InlineData("ruptime", "--json")]
    [InlineData("rwho", "-a")]
    [InlineData("rwho", "--json")]
    public async Task Of_a_spool_that_somebody_made_up(params string[] command)
    {
        using var place = Rwhod.PublicPlace();
        var status = new byte[60 + 24];
        (status[0], status[1]) = (1, 1);
        var now = (int)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        foreach (var time in (int[])[4, 8, 56]) BitConverter.TryWriteBytes(status.AsSpan(time), now);
        "evil\u001b[2J\u009b"u8.CopyTo(status.AsSpan(12));
        "\u001b]0;x\u0007"u8.CopyTo(status.AsSpan(60));
        "\u001b[31mr\n"u8.CopyTo(status.AsSpan(68));
        place.Write("whod.evil", status);
        var outcome = await Rwhod.Run([.. command, "--spool", place.Path]);
        AssertHarmless(outcome.Output + outcome.Errors);
        Assert.Contains("evil", outcome.Output, StringComparison.Ordinal);
    }

    private static void AssertHarmless(string text) =>
        Assert.DoesNotContain(text, at => at is '\u202e' || (char.IsControl(at) && at != '\n'));
}
