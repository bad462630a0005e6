using Rwho.Protocol;

namespace Rwho.Actors.Federation;

/// <summary>
/// With whom to compare next: those that it is due with, then who had to wait for longest. Each node begins somewhere
/// else, so that not all ask the same one at a time, and news goes the round by many ways.
/// </summary>
internal sealed class ComparisonTurns(HostName self)
{
    private readonly Queue<string> due = new();
    private readonly Dictionary<string, long> compared = new(StringComparer.Ordinal); // when

    public bool IsDue => due.Count > 0;

    /// <summary>Compare with these soon.</summary>
    public void Add(IEnumerable<string> names)
    {
        foreach (var name in FromOwnPlace([.. names]))
            if (!due.Contains(name)) due.Enqueue(name);
    }

    /// <summary>
    /// It asked, and knows something else. Some differences stay: so it is not due again just after its turn.
    /// </summary>
    public void Add(FederationMember asker, long now)
    {
        if (!compared.TryGetValue(asker.Name, out var last)
            || now - last >= FederationLimits.CompareSeconds * 1000L) Add([asker.Name]);
    }

    public void Clear() => due.Clear();

    /// <summary>One of those that can be reached; null for none.</summary>
    public FederationMember? Next(Gateways gateways, long now)
    {
        var reachable = gateways.Reachable.ToList();
        foreach (var gone in compared.Keys.Except(reachable.Select(at => at.Name)).ToList()) compared.Remove(gone);
        FederationMember? next = null;
        while (next is null && due.TryDequeue(out var name)) next = reachable.Find(at => at.Name == name);
        next ??= FromOwnPlace(reachable).MinBy(at => compared.GetValueOrDefault(at.Name, long.MinValue));
        if (next is not null) compared[next.Name] = now;
        return next;
    }

    private IEnumerable<T> FromOwnPlace<T>(List<T> all)
    {
        var place = all.Count == 0 ? 0 : (int)(self.StableHash % (ulong)all.Count);
        return all.Skip(place).Concat(all.Take(place));
    }
}
