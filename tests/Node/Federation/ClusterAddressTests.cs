using Rwho.Node.Federation;

namespace Rwho.Tests.Node.Federation;

public sealed class ClusterAddressTests
{
    [Theory]
    [InlineData("10.1.0.1:5514", false)]
    [InlineData("gw1.example.org:5514", false)]
    [InlineData("gw1:1", false)]
    [InlineData("[2001:db8::1]:5514", false)]
    [InlineData("127.0.0.1:65535", true)]
    [InlineData("127.9.9.9:5514", true)]
    [InlineData("[::1]:5514", true)]
    [InlineData("localhost:5514", true)]
    public void A_place_is_read_and_shown_as_it_was_written(string text, bool isLoopback)
    {
        var read = ClusterAddress.Parse(text);
        Assert.Equal(text, read.ToString());
        Assert.Equal(isLoopback, read.IsLoopback);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gw1")]
    [InlineData(":5514")]
    [InlineData("gw1:")]
    [InlineData("gw1:0")]
    [InlineData("gw1:65536")]
    [InlineData("gw1:-1")]
    [InlineData("0.0.0.0:5514")]
    [InlineData("[::]:5514")]
    [InlineData("2001:db8::1:5514")]
    [InlineData("[2001:db8::1:5514")]
    [InlineData("two words:5514")]
    [InlineData("gw1\"/:5514")]
    [InlineData("gw1@gw2:5514")]
    public void What_others_cannot_reach_is_refused(string text)
    {
        var failure = Assert.Throws<FormatException>(() => ClusterAddress.Parse(text));
        Assert.Contains("such as 10.1.0.1:5514", failure.Message, StringComparison.Ordinal);
    }
}
