using System.Diagnostics.CodeAnalysis;

namespace Rwho.Engine;

/// <summary>
/// An actor's children and which of them are on their way out. Locked, because any thread may make top-level actors.
/// </summary>
internal sealed class Children
{
    private readonly Lock _lock = new();
    private Dictionary<string, ChildStats>? _byName;
    private HashSet<LocalActorRef>? _dying;
    private Wait _wait;
    private bool _terminated;
    private long _nextName;

    /// <summary>What happens once no child is dying any more.</summary>
    internal enum Wait
    {
        Nothing,
        Creation,
        Recreation,
        Termination,
    }

    internal bool IsNormal => !_terminated && _wait == Wait.Nothing;

    internal bool IsTerminating => _terminated || _wait == Wait.Termination;

    internal bool IsWaitingForChildren => _wait is Wait.Creation or Wait.Recreation;

    internal LocalActorRef Add(string? name, Func<string, LocalActorRef> make)
    {
        if (name is not null && !ActorPath.IsValidName(name))
            throw new InvalidActorNameException($"Illegal actor name [{name}].");
        lock (_lock)
        {
            if (IsTerminating)
                throw new InvalidOperationException("Cannot create child while terminating or terminated");
            name ??= $"${_nextName++}";
            _byName ??= [];
            if (_byName.ContainsKey(name))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
            var child = make(name);
            _byName.Add(name, new ChildStats(child));
            return child;
        }
    }

    /// <summary>Forgets a stopped child; what its end completes, if it was the last one dying.</summary>
    internal Wait Remove(LocalActorRef child)
    {
        lock (_lock)
        {
            if (!TryGetLocked(child, out _))
                return Wait.Nothing;
            _byName!.Remove(child.Path.Name);
            if (_dying is null || !_dying.Remove(child) || _dying.Count > 0)
                return Wait.Nothing;
            var completed = _wait;
            _terminated |= completed == Wait.Termination;
            _wait = Wait.Nothing;
            return completed;
        }
    }

    internal void MarkDying(LocalActorRef child)
    {
        lock (_lock)
        {
            if (TryGetLocked(child, out _))
                (_dying ??= []).Add(child);
        }
    }

    /// <summary>Whether some are dying; if so, the end of the last completes the recreation.</summary>
    internal bool TryWaitForRecreation()
    {
        lock (_lock)
        {
            var waits = _dying is { Count: > 0 };
            if (waits)
                _wait = Wait.Recreation;
            return waits;
        }
    }

    /// <summary>Marks all as dying and returns them; without any, there is nothing to wait for.</summary>
    internal LocalActorRef[] MarkAllDying(Wait wait)
    {
        lock (_lock)
        {
            var all = AllLocked();
            foreach (var child in all)
                (_dying ??= []).Add(child);
            if (all.Length > 0)
                _wait = wait;
            else
                _terminated |= wait == Wait.Termination;
            return all;
        }
    }

    internal bool Contains(InternalActorRef actor)
    {
        lock (_lock)
            return TryGetLocked(actor, out _);
    }

    internal bool TryGet(LocalActorRef child, [NotNullWhen(true)] out ChildStats? stats)
    {
        lock (_lock)
            return TryGetLocked(child, out stats);
    }

    internal LocalActorRef? Find(string name)
    {
        lock (_lock)
            return _byName is not null && _byName.TryGetValue(name, out var stats) ? stats.Child : null;
    }

    internal LocalActorRef[] All()
    {
        lock (_lock)
            return AllLocked();
    }

    internal ChildStats[] AllStats()
    {
        lock (_lock)
            return _byName is null ? [] : [.. _byName.Values];
    }

    private LocalActorRef[] AllLocked()
    {
        if (_byName is null || _byName.Count == 0)
            return [];
        var all = new LocalActorRef[_byName.Count];
        var next = 0;
        foreach (var stats in _byName.Values)
            all[next++] = stats.Child;
        return all;
    }

    private bool TryGetLocked(InternalActorRef child, [NotNullWhen(true)] out ChildStats? stats)
    {
        stats = null;
        return _byName is not null && _byName.TryGetValue(child.Path.Name, out stats)
            && ReferenceEquals(stats.Child, child);
    }
}
