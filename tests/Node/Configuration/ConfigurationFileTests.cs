using System.Text;
using System.Text.RegularExpressions;
using Rwho.Node;
using Rwho.Node.Configuration;

namespace Rwho.Tests.Node.Configuration;

public partial class ConfigurationFileTests
{
    [Theory]
    [InlineData("nothing", "", 1)]
    [InlineData("blanks", " \n\n ", 3)]
    [InlineData("a comment alone", "// nothing\n", 2)]
    [InlineData("a comment without end", "{ /* ", 1)]
    [InlineData("NULs", "\0\0\0", 1)]
    [InlineData("a NUL in a name", "{ \"name\": \"a\\u0000b\" }", 1)]
    [InlineData("a NUL in a number", "{ \"port\": \"7\\u0000\" }", 1)]
    [InlineData("a NUL in a path", "{ \"spool\": \"/srv\\u0000\" }", 1)]
    [InlineData("no object", "[]", 1)]
    [InlineData("a number", "5", 1)]
    [InlineData("null", "null", 1)]
    [InlineData("cut at the start", "{", 1)]
    [InlineData("cut after a key", "{\n\"port\"", 2)]
    [InlineData("cut after the colon", "{\n\"port\":", 2)]
    [InlineData("cut in a value", "{\n\"name\": \"be", 2)]
    [InlineData("cut in a list", "{\n\"interface\": [\"eth0\",", 2)]
    [InlineData("cut before the end", "{ \"port\": 1,\n\n", 3)]
    [InlineData("cut behind CR LF", "{ \"port\": 1,\r\n\r\n", 3)]
    [InlineData("cut behind a comment's CR LF", "{ /*\r\n", 2)]
    [InlineData("an unknown key", "{\n\n  \"intervall\": \"1s\" }", 3)]
    [InlineData("an empty key", "{ \"\": 1 }", 1)]
    [InlineData("a key in capitals", "{ \"Port\": 1 }", 1)]
    [InlineData("a key twice", "{ \"port\": 1,\n\"port\": 1 }", 2)]
    [InlineData("more after the end", "{}\n{}", 2)]
    [InlineData("garbage after the end", "{}\nx", 2)]
    [InlineData("two bracket ends", "{}}", 1)]
    [InlineData("a word for a flag", "{ \"send-only\": \"yes\" }", 1)]
    [InlineData("a number for a flag", "{ \"send-only\": 1 }", 1)]
    [InlineData("null for a flag", "{ \"send-only\": null }", 1)]
    [InlineData("null for a value", "{ \"name\": null }", 1)]
    [InlineData("true for a value", "{ \"name\": true }", 1)]
    [InlineData("a list for a value", "{ \"name\": [\"a\"] }", 1)]
    [InlineData("an object for a value", "{ \"name\": {} }", 1)]
    [InlineData("an object in a list", "{ \"interface\": [{}] }", 1)]
    [InlineData("a list in a list", "{ \"interface\": [[\"eth0\"]] }", 1)]
    [InlineData("an empty name in a list", "{ \"interface\": [\"\"] }", 1)]
    [InlineData("a fraction", "{ \"port\": 51.5 }", 1)]
    [InlineData("an exponent", "{ \"port\": 1e3 }", 1)]
    [InlineData("not a number", "{ \"port\": NaN }", 1)]
    [InlineData("a negative number", "{ \"port\": -1 }", 1)]
    [InlineData("beyond 64 bits", "{ \"port\": 99999999999999999999999 }", 1)]
    [InlineData("beyond a double", "{ \"port\": 1e999999 }", 1)]
    [InlineData("beyond all time", "{ \"interval\": \"4294967295d\" }", 1)]
    [InlineData("a date", "{ \"interval\": \"2026-11-21T09:00:00Z\" }", 1)]
    [InlineData("a constructor", "{ \"interval\": new Date(5) }", 1)]
    [InlineData("undefined", "{ \"interval\": undefined }", 1)]
    [InlineData("a broken escape", "{ \"name\": \"\\u12\" }", 1)]
    [InlineData("half a character", "{ \"name\": \"\\ud800\" }", 1)]
    [InlineData("escape characters", "{ \"\u001b[2J\": 1 }", 1)]
    public void A_file_that_is_not_understood_is_told_with_line_and_column(string what, string text, int line)
    {
        var failure = Assert.Throws<ExitException>(() => Options.ReadJson(text));
        Assert.Equal((what, ExitStatus.Configuration), (what, failure.Status));
        var place = Place().Match(failure.Message);
        Assert.True(place.Success, failure.Message);
        Assert.Equal((what, $"{line}"), (what, place.Groups[1].Value));
    }

    [Fact]
    public void Deep_nesting_and_long_texts_are_refused_like_short_ones()
    {
        foreach (var text in (string[])
        [
            new string('[', 1_000_000),
            "{ \"interface\": " + new string('[', 1_000_000),
            string.Concat(Enumerable.Repeat("{\"port\":", 100_000)),
            "{ \"port\": " + new string('9', 1_000_000) + " }",
            "{ \"name\": \"" + new string('x', 1_000_000) + "\" }",
        ])
            Assert.Matches(Place(), Assert.Throws<ExitException>(() => Options.ReadJson(text)).Message);
    }

    [Fact]
    public void Comments_stand_anywhere()
    {
        var configuration = Options.ReadJson(
            """
            // at the start
            { /* before a key */ "port": /* before a value */ 7, // at the end of a line
              "interface": [ /* in a list */ "eth0", "eth1" /* before its end */ ], }
            /* at the end */
            """);
        Assert.Equal(7, configuration.Port);
        Assert.Equal("eth0 eth1", string.Join(' ', configuration.Interfaces));
    }

    [Fact]
    public void Numbers_may_be_texts_and_a_list_of_one_a_text()
    {
        Assert.Equal(7, Options.ReadJson("""{ "port": "7" }""").Port);
        Assert.Equal(TimeSpan.FromSeconds(90), Options.ReadJson("""{ "interval": 90 }""").Interval);
        Assert.Equal("eth0", Assert.Single(Options.ReadJson("""{ "interface": "eth0" }""").Interfaces));
        Assert.Equal(1, Options.ReadJson("""{ "multicast": true }""").MulticastTtl);
        Assert.Null(Options.ReadJson("""{ "multicast": false }""").MulticastTtl);
        Assert.False(Options.ReadJson("""{ "send-only": false }""").SendOnly);
    }

    [Theory]
    [InlineData("intervall", "is it \"interval\" or \"interface\"?")]
    [InlineData("Name", "is it \"name\"?")]
    [InlineData("colour", "unknown key \"colour\"")]
    public void A_key_that_is_nearly_one_is_guessed(string key, string expected)
    {
        var failure = Assert.Throws<ExitException>(() => Options.ReadJson($"{{ \"{key}\": 1 }}"));
        Assert.EndsWith(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_s_error_names_key_and_limits() => Assert.Equal(
        "FILE:2:8: \"port\" takes a number from 1 to 65535",
        Assert.Throws<ExitException>(() => Options.ReadJson("{\n\"port\":0 }")).Message);

    [Fact]
    public void Random_bytes_are_a_configuration_or_an_error_in_one_line()
    {
        var random = new Random(20261121);
        var sane = Encoding.UTF8.GetBytes("{" + string.Join(",", Setting.All.Select(
            setting => Options.Json(setting).Trim().Trim('{', '}'))) + "}");
        for (var round = 0; round < 3000; round++)
        {
            var bytes = round % 3 == 0 ? new byte[random.Next(200)] : (byte[])sane.Clone();
            if (round % 3 == 0) random.NextBytes(bytes);
            for (var hit = random.Next(5); hit > 0 && bytes.Length > 0; hit--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (round % 3 == 2) bytes = bytes[..random.Next(bytes.Length)];
            var failure = Record.Exception(() => Options.ReadJson(Encoding.UTF8.GetString(bytes)));
            if (failure is null) continue;
            Assert.Equal(ExitStatus.Configuration, Assert.IsType<ExitException>(failure).Status);
            Assert.Matches(Place(), failure.Message);
        }
    }

    [GeneratedRegex("^FILE:([1-9][0-9]*):[1-9][0-9]*: .")]
    private static partial Regex Place();
}
