using Rwho.Actors.Relays;

namespace Rwho.Actors.Hosts;

/// <summary>Who passes on what the table takes: so many batches at a time to each, what is more is counted.</summary>
internal sealed class Followers(NodeCounters counters)
{
    private readonly List<Follower> all = [];
    private readonly List<HeardStatus> heard = [];

    public bool IsEmpty => all.Count == 0;

    /// <summary>Whether anybody wants to be told of copies, too.</summary>
    public bool WantCopies => all.Exists(at => at.Copies);

    /// <summary>For a table that takes this one's place.</summary>
    public IEnumerable<(IActorRef Who, bool Copies)> All => all.Select(at => (at.Who, at.Copies));

    /// <summary>Anew for who followed before: none of its batches is under way.</summary>
    public void Add(IActorRef who, bool copies)
    {
        all.RemoveAll(at => at.Who.Equals(who));
        all.Add(new Follower(who, copies));
    }

    public void Add(in HeardStatus status) => heard.Add(status);

    /// <summary>That one is done with a batch.</summary>
    public void Taken(IActorRef who)
    {
        var follower = all.Find(at => at.Who.Equals(who));
        if (follower is { UnderWay: > 0 }) follower.UnderWay--;
    }

    /// <summary>Tells what was added since the last time.</summary>
    public void Tell()
    {
        if (heard.Count == 0) return;
        var batch = new RelayProtocol.Heard([.. heard]);
        heard.Clear();
        foreach (var follower in all)
        {
            if (follower.UnderWay >= RelayLimits.BatchesWaiting)
            {
                counters.NotForwarded(batch.Items.Count(status => status.IsNew));
                continue;
            }

            follower.UnderWay++;
            follower.Who.Tell(batch);
        }
    }

    private sealed class Follower(IActorRef who, bool copies)
    {
        public IActorRef Who => who;

        public bool Copies => copies;

        public int UnderWay { get; set; }
    }
}
