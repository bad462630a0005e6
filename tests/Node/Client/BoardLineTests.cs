using System.Text;
using Rwho.Node.Client;

namespace Rwho.Tests.Node.Client;

/// <summary>Lines of JSON from nodes that may be false.</summary>
public sealed class BoardLineTests
{
    /// <summary>
    /// The reader of JSON begins to count columns anew at a carriage return; hosts were then cut out of the line at
    /// wrong places. Found by fuzzing.
    /// </summary>
    [Theory]
    [InlineData(",\"users\"", ",\r\"users\"")]
    [InlineData("\"name\"", "\r\"name\"")]
    [InlineData("\"lan\"", "\"\r\"")]
    [InlineData(",\"users\"", ",\n\"users\"")]
    public void What_has_another_line_in_it_is_none(string text, string hostile)
    {
        var line = Boards.Document("alpha", "beta").TrimEnd('\n');
        Assert.True(BoardLine.TryRead(Encoding.Latin1.GetBytes(line), out _));
        var changed = line.Replace(text, hostile, StringComparison.Ordinal);
        Assert.NotEqual(line, changed);
        Assert.False(BoardLine.TryRead(Encoding.Latin1.GetBytes(changed), out _));
    }

    /// <summary>What was left after hosts were cut out was no JSON. Found by fuzzing.</summary>
    [Theory]
    [InlineData("\"host\":HOST,\"hosts\":[HOST]")]
    [InlineData("\"hosts\":[],\"event\":\"up\",\"host\":HOST")]
    [InlineData("\"hosts\":[HOST],\"hosts\":[HOST]")]
    [InlineData("\"event\":\"up\",\"host\":HOST,\"host\":HOST")]
    public void What_tells_of_hosts_twice_is_none(string keys)
    {
        var board = Boards.Document("alpha");
        var host = board[(board.IndexOf('[', StringComparison.Ordinal) + 1)..board.LastIndexOf(']')];
        Assert.True(IsTaken("\"hosts\":[HOST,HOST]"));
        Assert.False(IsTaken(keys));

        bool IsTaken(string text) => BoardLine.TryRead(Encoding.Latin1.GetBytes(
            $"{{\"schema\":1,\"time\":1,{text.Replace("HOST", host, StringComparison.Ordinal)}}}"), out _);
    }
}
