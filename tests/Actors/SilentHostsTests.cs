using Rwho.Actors.Hosts;
using Rwho.Tests.Actors.Query;

namespace Rwho.Tests.Actors;

/// <summary>Who gives way when the table is full.</summary>
public sealed class SilentHostsTests
{
    private readonly SilentHosts silent = new();

    // Those heard once before the others; among themselves in the order of being heard.
    private readonly List<HostEntry> once = [];
    private readonly List<HostEntry> others = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_is_always_the_one_that_a_list_in_the_order_of_hearing_has_first(int seed)
    {
        var random = new Random(seed);
        for (var step = 0; step < 20_000; step++)
        {
            var known = once.Count + others.Count;
            if (known == 0 || random.Next(200) > known) Add(timesHeard: 1 + random.Next(2));
            else if (random.Next(3) == 0) Remove(Any(random));
            else Hear(Any(random));
            Assert.InRange(silent.Count, 0, 2 * (once.Count + others.Count + SilentHosts.Slack));
            // Seldom asked, so that much is left behind; then for all of them in turn, so that it is met.
            for (var all = known; step % 1000 == 0 && all >= 0; all--)
            {
                Assert.Same(once.Concat(others).FirstOrDefault(), silent.Longest());
                if (silent.Longest() is { } first) Remove(first);
            }
        }
    }

    private void Add(int timesHeard)
    {
        var entry = new HostEntry(Rows.Of("alpha"), timesHeard);
        silent.Add(entry);
        (timesHeard == 1 ? once : others).Add(entry);
    }

    private void Hear(HostEntry entry)
    {
        entry.Announce(entry.Row.Status.Datagram, default);
        silent.Hears(entry);
        once.Remove(entry);
        others.Remove(entry);
        others.Add(entry);
    }

    private void Remove(HostEntry entry)
    {
        silent.Removes(entry);
        once.Remove(entry);
        others.Remove(entry);
    }

    private HostEntry Any(Random random)
    {
        var at = random.Next(once.Count + others.Count);
        return at < once.Count ? once[at] : others[at - once.Count];
    }
}
