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
}
