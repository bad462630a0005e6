namespace Rwho.Engine;

/// <summary>An actor with timers. The engine sets <see cref="Timers"/> before the constructor's body runs.</summary>
public interface IWithTimers
{
    /// <summary>The timers of this instance; they end with it, at a restart too.</summary>
    ITimerScheduler Timers { get; set; }
}

/// <summary>
/// Messages an actor sends itself later. A key has one timer: a new one replaces it, and what the old one already put
/// into the mailbox is dropped. Only for use within the actor.
/// </summary>
public interface ITimerScheduler
{
    /// <summary>
    /// Sends <paramref name="msg"/> every <paramref name="interval"/>, which is also the first delay.
    /// </summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    /// <summary>Sends after <paramref name="initialDelay"/>, then every <paramref name="interval"/>.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    /// <summary>Sends once.</summary>
    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    /// <summary>Whether a message of this key is still to come.</summary>
    bool IsTimerActive(object key);

    /// <summary>Ends the timer of this key, if there is one.</summary>
    void Cancel(object key);

    /// <summary>Ends all timers.</summary>
    void CancelAll();
}
