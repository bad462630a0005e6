using Rwho.Actors;

namespace Rwho.Tests.Style;

public sealed class ConversationsTests
{
    private static IEnumerable<Type> All => typeof(NodeProtocol).Assembly.GetTypes().Where(Conversations.IsOne);

    [Fact]
    public void Messages_are_sealed_records() => Rule.Holds(All.SelectMany(Conversations.Of));

    [Fact]
    public void The_node_s_own_conversation_is_among_them() => Assert.Contains(typeof(NodeProtocol), All);

    [Fact]
    public void What_is_no_message_is_found() => Assert.Equal(
        ["Count", "Open", "Plain", "Shout", "Small", "Waiting"],
        Conversations.Of(typeof(ChattyProtocol)).Select(finding => finding.What.Split(':')[0]).Order());

    [Fact]
    public void A_conversation_that_can_be_made_is_found() =>
        Assert.Contains("static", Assert.Single(Conversations.Of(typeof(InstanceProtocol))).What,
            StringComparison.Ordinal);
}

#pragma warning disable CA1812, CA1052, CA1852, CS0649, CA1805 // Samples of what is refused.
internal static class ChattyProtocol
{
    internal static int Count = 0;

    internal static void Shout() => Count++;

    internal sealed record Fine(int Number);

    internal sealed record AlsoFine
    {
        public static readonly AlsoFine Instance = new();
    }

    internal record Open;

    internal sealed class Plain;

    internal readonly record struct Small(int Number);

    internal enum Waiting
    {
        Now,
    }
}

internal class InstanceProtocol
{
    internal sealed record Fine;
}
#pragma warning restore CA1812, CA1052, CA1852, CS0649, CA1805
