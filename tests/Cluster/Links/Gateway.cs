using System.Collections.Concurrent;
using System.Collections.Immutable;
using Rwho.Engine.Federation;

namespace Rwho.Tests.Cluster.Links;

/// <summary>
/// A gateway of this process, with all that its links told. Like a node it joins again when a link ends.
/// </summary>
public sealed class Gateway : IAsyncDisposable
{
    private readonly ClusterSettings _settings;
    private readonly bool _joinsAgain;
    private readonly Lock _guard = new();
    private readonly ConcurrentQueue<LinkEvent> _told = new();
    private ClusterLink _link = null!;
    private ImmutableArray<ClusterMember>? _others;
    private int _life;
    private bool _stopped;

    internal Gateway(ClusterSettings settings, bool joinsAgain)
    {
        (_settings, _joinsAgain) = (settings with { Logger = Log }, joinsAgain);
        Join();
    }

    /// <summary>Where it is, such as <c>127.20.0.1:5514</c>.</summary>
    public string Name => $"{_settings.Host}:{_settings.Port}";

    public Journal Log { get; } = new();

    /// <summary>The link that it has now.</summary>
    public ClusterLink Link
    {
        get { lock (_guard) return _link; }
    }

    /// <summary>The other members; null while it is none itself.</summary>
    public ImmutableArray<ClusterMember>? Others
    {
        get { lock (_guard) return _others; }
    }

    /// <summary>Why its links ended, in order.</summary>
    public IReadOnlyList<string> Ends => [.. _told.OfType<LinkEvent.Ended>().Select(ended => ended.Reason)];

    public IReadOnlyList<LinkEvent.Came> Frames => [.. _told.OfType<LinkEvent.Came>()];

    /// <summary>Null when the other one is no member.</summary>
    public ClusterMember? Find(Gateway other) => Others?.FirstOrDefault(at => at.Name == other.Name);

    /// <summary>Waits until it sees exactly these, all reachable.</summary>
    public Task Sees(params Gateway[] others) => Until(
        now => now.All(at => at.IsReachable)
            && now.Select(at => at.Name).ToHashSet().SetEquals(others.Select(at => at.Name)),
        $"sees {string.Join(", ", others.Select(at => at.Name))}");

    /// <summary>Waits until the other one is a member that cannot be reached.</summary>
    public Task CannotReach(Gateway other) =>
        Until(_ => Find(other) is { IsReachable: false }, $"cannot reach {other.Name}");

    /// <summary>Waits until the members are so.</summary>
    public Task Until(Func<ImmutableArray<ClusterMember>, bool> condition, string what) => Eventually.Within(
        Gateways.Patience, () => Others is { } others && condition(others),
        () => $"{Name} {what}; {Story()}");

    public async Task HearsFrom(Gateway other, byte[] frame) => await Eventually.Within(
        Gateways.Patience,
        () =>
        {
            // A frame may be lost: so what is promised is that one of many arrives.
            other.Link.Send(Name, frame);
            return Frames.Any(at => at.From == other.Name && at.Bytes.Span.SequenceEqual(frame));
        },
        () => $"{Name} hears from {other.Name}; {Story()}");

    /// <summary>Leaves in order, and is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        ClusterLink link = Stop();
        link.Dispose();
        await link.WhenLeft;
    }

    /// <summary>Its system ends without a word to the others.</summary>
    public async Task Abort()
    {
        ClusterLink link = Stop();
        await Eventually.True(() => link.System is not null, $"{Name} has a system");
        await link.System!.Terminate();
        await link.WhenLeft;
    }

    /// <summary>For messages of failures.</summary>
    public string Story() => $"{Name} was told: " + string.Join("; ", _told.TakeLast(6).Select(told => told switch
    {
        LinkEvent.Members members => "members " + string.Join(", ", members.Others),
        _ => told.ToString(),
    })) + "; it said: " + string.Join('\n', Log.Lines.TakeLast(6));

    private ClusterLink Stop()
    {
        lock (_guard)
        {
            _stopped = true;
            return _link;
        }
    }

    private void Join()
    {
        lock (_guard)
        {
            if (_stopped) return;
            var life = ++_life;
            _others = null;
            _link = ClusterLink.Join(_settings, told => Take(life, told));
        }
    }

    private void Take(int life, LinkEvent told)
    {
        _told.Enqueue(told);
        lock (_guard)
        {
            if (life != _life) return;
            if (told is LinkEvent.Members members) _others = members.Others;
            if (told is not LinkEvent.Ended) return;
            _others = null;
            if (_joinsAgain && !_stopped) _ = JoinAfter(_link);
        }
    }

    private async Task JoinAfter(ClusterLink last)
    {
        await last.WhenLeft;
        Join();
    }
}
