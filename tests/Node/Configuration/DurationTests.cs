using Rwho.Node.Configuration;

namespace Rwho.Tests.Node.Configuration;

public class DurationTests
{
    [Theory]
    [InlineData("90", 90_000L)]
    [InlineData("90s", 90_000L)]
    [InlineData("500ms", 500L)]
    [InlineData("0", 0L)]
    [InlineData("3m", 180_000L)]
    [InlineData("12h", 43_200_000L)]
    [InlineData("30d", 2_592_000_000L)]
    [InlineData("007s", 7_000L)]
    [InlineData("4294967295s", 4_294_967_295_000L)]
    public void A_time_is_a_number_and_its_unit(string text, long milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("a unit alone", "s")]
    [InlineData("another unit alone", "ms")]
    [InlineData("a blank", "5 s")]
    [InlineData("a blank before", " 5s")]
    [InlineData("a line end", "5s\n")]
    [InlineData("a sign", "-5s")]
    [InlineData("a plus", "+5s")]
    [InlineData("a fraction", "1.5h")]
    [InlineData("a group separator", "1,000")]
    [InlineData("hexadecimal", "0x10")]
    [InlineData("an exponent", "1e3")]
    [InlineData("an unknown unit", "5w")]
    [InlineData("a capital unit", "5M")]
    [InlineData("two units", "1h30m")]
    [InlineData("beyond 32 bits", "4294967296")]
    [InlineData("beyond all time", "4294967295d")]
    [InlineData("Arabic digits", "\u0665s")]
    public void Anything_else_is_no_time(string what, string text) =>
        Assert.Equal((what, false), (what, Duration.TryParse(text, out _)));

    [Theory]
    [InlineData("90s", "90s")]
    [InlineData("180", "3m")]
    [InlineData("60m", "1h")]
    [InlineData("36h", "36h")]
    [InlineData("48h", "2d")]
    [InlineData("1500ms", "1500ms")]
    [InlineData("1ms", "1ms")]
    [InlineData("0", "0ms")]
    public void A_time_is_shown_as_it_can_be_written(string text, string shown)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(shown, Duration.Show(duration));
        Assert.True(Duration.TryParse(shown, out var again));
        Assert.Equal(duration, again);
    }
}
