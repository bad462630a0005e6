using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rwho.Protocol;

namespace Rwho.Tests.Protocol;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("jürgen/文件/😀", "jürgen/文件/😀")]
    [InlineData("a\u001b[2Jb", "a?[2Jb")]
    [InlineData("\u009b31m", "?31m")]
    [InlineData("a\nb\r\0\u007f\t", "a?b????")]
    [InlineData("exe\u202egnp.txt", "exe?gnp.txt")]
    [InlineData("\u2066\u200b\ufeff\u2028\u2029", "?????")]
    public void Nothing_that_a_terminal_obeys_is_left_in_a_line(string text, string line) =>
        Assert.Equal(line, PrintableText.OneLine(text));

    [Fact]
    public void Bytes_from_the_network_are_printable_ASCII_whatever_they_are() =>
        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes =>
        {
            var text = PrintableText.Of(bytes);
            return text.Length == bytes.Length && text.All(at => at is >= ' ' and <= '~');
        }));

    [Fact]
    public void What_is_printable_stays_as_it_is()
    {
        var printable = new string([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(at => (char)at)]);
        Assert.Equal(printable, PrintableText.Of(Encoding.ASCII.GetBytes(printable)));
        Assert.Equal(printable, PrintableText.OneLine(printable));
    }
}
