namespace Rwho.Engine;

/// <summary>Questions from outside of the actors: tests and the program's edges. Within an actor, tell.</summary>
public static class Futures
{
    /// <summary>Tells <paramref name="message"/> and completes with the answer.</summary>
    /// <param name="self">Whom to ask.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">Null to wait for ever.</param>
    /// <exception cref="AskTimeoutException">In the task: no answer came in time.</exception>
    /// <exception cref="ArgumentException">In the task: the answer is no <typeparamref name="T"/>.</exception>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    /// <inheritdoc cref="Ask{T}(ICanTell, object, TimeSpan?)"/>
    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    /// <inheritdoc cref="Ask{T}(ICanTell, object, TimeSpan?)"/>
    public static Task<T> Ask<T>(
        this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var system = (self as InternalActorRef)?.System
            ?? throw new ArgumentException("Only an actor's reference can be asked.", nameof(self));
        var answer = new AskRef<T>(system, timeout, cancellationToken);
        self.Tell(message, answer);
        return answer.Task;
    }
}

/// <summary>Stands for the one who asked, until the answer is there.</summary>
internal sealed class AskRef<T> : InternalActorRef
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer? _timer;
    private readonly CancellationTokenRegistration _cancellation;

    internal AskRef(ActorSystem system, TimeSpan? timeout, CancellationToken cancellationToken)
        : base(system.NextAskPath())
    {
        System = system;
        _cancellation = cancellationToken.Register(() => _answer.TrySetCanceled(cancellationToken));
        if (timeout is { } time && time > TimeSpan.Zero)
            _timer = system.Time.CreateTimer(_ => TimeOut(time), null, time, Timeout.InfiniteTimeSpan);
    }

    internal override ActorSystem System { get; }

    internal Task<T> Task => _answer.Task;

    public override void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        var taken = message is T answer
            ? _answer.TrySetResult(answer)
            : _answer.TrySetException(new ArgumentException(
                $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]"));
        if (!taken)
            System.Undelivered(message, sender, this);
        _timer?.Dispose();
        _cancellation.Dispose();
    }

    private void TimeOut(TimeSpan timeout)
    {
        _answer.TrySetException(new AskTimeoutException($"Timeout after {timeout.TotalSeconds:F2} seconds"));
        _cancellation.Dispose();
    }
}
