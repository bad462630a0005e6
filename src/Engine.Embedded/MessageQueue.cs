using System.Runtime.CompilerServices;

namespace Rwho.Engine;

/// <summary>A link of a <see cref="MessageQueue{T}"/>, used once.</summary>
internal interface IQueued<T>
    where T : class
{
    T? Next { get; set; }
}

/// <summary>
/// Many senders, one receiver, first in, first out, lock-free; two words while it is empty. Senders push onto a stack;
/// the receiver takes the whole stack at once and turns it over. A field, never copied.
/// </summary>
internal struct MessageQueue<T>
    where T : class, IQueued<T>
{
    // The latest first: T, or the mark that nothing is taken any more.
    private object? _arriving;

    // The earliest first, for the receiver alone.
    private T? _waiting;

    /// <summary>For the receiver.</summary>
    internal readonly bool IsEmpty => _waiting is null && Volatile.Read(in _arriving) is null;

    /// <summary>False once the queue is closed.</summary>
    internal bool TryEnqueue(T message)
    {
        var latest = Volatile.Read(ref _arriving);
        while (latest != ClosedMark.Instance)
        {
            message.Next = Unsafe.As<T?>(latest);
            var seen = Interlocked.CompareExchange(ref _arriving, message, latest);
            if (seen == latest)
                return true;
            latest = seen;
        }

        message.Next = null;
        return false;
    }

    /// <summary>For the receiver: the earliest message, or null.</summary>
    internal T? TryDequeue()
    {
        if (_waiting is null && Volatile.Read(ref _arriving) is not null)
            _waiting = Turned(Unsafe.As<T?>(Interlocked.Exchange(ref _arriving, null)));
        var earliest = _waiting;
        if (earliest is not null)
        {
            _waiting = earliest.Next;
            earliest.Next = null;
        }

        return earliest;
    }

    /// <summary>For the receiver: takes no more, and returns what is left, the earliest first.</summary>
    internal T? Close()
    {
        var rest = Turned(Unsafe.As<T?>(Interlocked.Exchange(ref _arriving, ClosedMark.Instance)));
        if (_waiting is null)
            return rest;
        var first = _waiting;
        var last = first;
        while (last.Next is { } next)
            last = next;
        last.Next = rest;
        _waiting = null;
        return first;
    }

    private static T? Turned(T? latest)
    {
        T? earliest = null;
        while (latest is not null)
        {
            var earlier = latest.Next;
            latest.Next = earliest;
            earliest = latest;
            latest = earlier;
        }

        return earliest;
    }
}

/// <summary>Stands in a closed queue.</summary>
internal static class ClosedMark
{
    internal static readonly object Instance = new();
}
