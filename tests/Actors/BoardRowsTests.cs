using Rwho.Actors.Hosts;
using Rwho.Tests.Actors.Query;

namespace Rwho.Tests.Actors;

/// <summary>The table's rows as readers on other threads get them.</summary>
public sealed class BoardRowsTests
{
    private readonly BoardRows rows = new();

    [Fact]
    public void What_was_asked_for_stays_as_it_was()
    {
        var alpha = Add("alpha");
        Add("beta");
        var before = new BoardSnapshot(rows);
        Assert.Equal(["alpha", "beta"], Names(before));
        rows.Remove(alpha);
        Add("gamma");
        Assert.Equal(["alpha", "beta"], Names(before));
        Assert.True(before.Rows == before.Rows);
        Assert.Equal(["beta", "gamma"], Names(new BoardSnapshot(rows)));
    }

    [Fact]
    public async Task Whoever_reads_while_hosts_come_and_go_finds_none_twice_and_none_left_out()
    {
        const int Rounds = 20_000;
        for (var i = 0; i < 40; i++) Add($"h{i}");
        List<HostEntry> guests = [Add("a"), Add("b"), Add("c")];
        var isOver = false;
        var reader = Task.Run(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                var names = Names(new BoardSnapshot(rows));
                Assert.Distinct(names);
                Assert.Equal(40, names.Count(name => name.StartsWith('h')));
            }
        });
        for (var i = 0; i < Rounds; i++)
        {
            // Who comes back has another's place.
            rows.Remove(guests[i % 3]);
            rows.Remove(guests[(i + 1) % 3]);
            rows.Add(guests[i % 3]);
            rows.Add(guests[(i + 1) % 3]);
        }

        Volatile.Write(ref isOver, true);
        await reader;
    }

    private HostEntry Add(string name)
    {
        var entry = new HostEntry(Rows.Of(name), 1);
        rows.Add(entry);
        return entry;
    }

    private static List<string> Names(BoardSnapshot snapshot) =>
        [.. snapshot.Rows.Select(row => row.Host.ToString()).Order(StringComparer.Ordinal)];
}
