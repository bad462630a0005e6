using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HostName = Rwho.Protocol.HostName;

namespace Rwho.Tests.Protocol;

public sealed class HostNameTests
{
    [Fact]
    public void Names_compare_as_their_bytes_do() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(Samples.NamePairs.ToArbitrary(), pair =>
        {
            var (left, right) = (HostName.FromField(pair.Left), HostName.FromField(pair.Right));
            var expected = Math.Sign(Text(pair.Left).AsSpan().SequenceCompareTo(Text(pair.Right)));
            return Math.Sign(left.CompareTo(right)) == expected
                && (left < right, left <= right, left == right, left >= right, left > right)
                    == (expected < 0, expected <= 0, expected == 0, expected >= 0, expected > 0);
        }));

    [Fact]
    public void Names_are_equal_and_hash_alike_when_their_bytes_before_the_NUL_are() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(Samples.NamePairs.ToArbitrary(), pair =>
        {
            var (left, right) = (HostName.FromField(pair.Left), HostName.FromField(pair.Right));
            var same = Text(pair.Left).AsSpan().SequenceEqual(Text(pair.Right));
            return left.Equals(right) == same && left.Equals((object)right) == same && (left != right) == !same
                && (!same || left.GetHashCode() == right.GetHashCode());
        }));

    [Fact]
    public void A_name_is_written_back_as_it_was_read_and_knows_its_length() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(Samples.NameFields.ToArbitrary(), field =>
        {
            var name = HostName.FromField(field);
            var written = new byte[32];
            name.WriteTo(written);
            var text = Text(field);
            return name.Length == text.Length && name.IsEmpty == (text.Length == 0)
                && written.AsSpan(0, text.Length).SequenceEqual(text)
                && !written.AsSpan(text.Length).ContainsAnyExcept((byte)0);
        }));

    [Theory]
    [InlineData("alpha.example.org", "alpha")]
    [InlineData("alpha", "alpha")]
    [InlineData("a-name-of-more-than-31-characters.example.org", "a-name-of-more-than-31-characte")]
    public void A_system_announces_its_name_up_to_the_first_dot_and_31_characters(string system, string announced)
    {
        Assert.True(HostName.TryFromSystem(system, out var name));
        Assert.Equal(announced, name.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".example.org")]
    [InlineData("al pha")]
    [InlineData("alph\u00E4")]
    public void A_system_name_that_no_receiver_takes_is_not_announced(string system) =>
        Assert.False(HostName.TryFromSystem(system, out _));

    [Theory]
    [InlineData("")]
    [InlineData("a name")]
    [InlineData("alpha\0")]
    [InlineData("\u00E4")]
    [InlineData("\u0141")]
    [InlineData("this-name-has-thirty-two-letters")]
    public void Text_that_is_no_name_as_it_stands_is_refused(string text) =>
        Assert.False(HostName.TryParse(text, out _));

    [Fact]
    public void Any_printable_name_of_1_to_31_bytes_is_taken()
    {
        for (var length = 1; length <= 31; length++)
        {
            Assert.True(HostName.TryParse(new string('~', length), out var name));
            Assert.Equal(length, name.Length);
        }
    }

    [Fact]
    public void A_name_for_people_has_no_byte_outside_printable_ASCII() =>
        Assert.Equal("?[2J??", HostName.FromField(Encoding.Latin1.GetBytes("\x1B[2J\x7F\xE9")).ToString());

    private static byte[] Text(byte[] field) => [.. field.Take(31).TakeWhile(b => b != 0)];
}
