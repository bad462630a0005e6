using System.Net;
using Rwho.Protocol;

namespace Rwho.Actors.Relays;

/// <summary>
/// One neighbour at one address: what it told us of itself, and what we owe it. It reads no clock; all times are our
/// own elapsed milliseconds.
/// </summary>
/// <remarks>
/// Each side says hello every 15 seconds: so long may it take to see that a node has started again. A hello that does
/// not bring our cookie back is answered by the cookie, and no more; one that does proves that its sender hears what is
/// sent to its address, and may ask for the whole board. So does a cookie that brings ours back.
/// </remarks>
public sealed class Neighbour(IPEndPoint endPoint, string name, bool isConfigured, ulong cookie)
{
    public const long HelloMilliseconds = 15_000;

    /// <summary>Who was silent so long may have been away: its board is asked for again.</summary>
    public const long SilenceMilliseconds = 185_000;

    /// <summary>A board is asked for again when nothing of it came within this.</summary>
    public const long BoardMilliseconds = 2_000;

    /// <summary>Who did not answer the first hellos within this is taken for an old daemon.</summary>
    public const long UndecidedMilliseconds = 2_000;

    private const long FirstPauseMilliseconds = 500;

    // A neighbour that has just started, or whose address is not known to us yet, may not know us at first.
    private const int RefusalsWorthALine = 3;

    private readonly Queue<Outgoing> held = new();
    private int refusals;
    private long? firstHello;
    private long? nextHello;
    private long pause = FirstPauseMilliseconds;
    private long? boardSent;
    private long? cookieAnswered;

    /// <summary>Where everything is sent.</summary>
    public IPEndPoint EndPoint { get; set; } = endPoint;

    /// <summary>As the operator named it; the address of an accepted one.</summary>
    public string Name => name;

    public bool IsConfigured => isConfigured;

    /// <summary>When it became one.</summary>
    public long SinceMilliseconds { get; init; }

    /// <summary>What a hello from there has to bring back.</summary>
    public ulong Cookie => cookie;

    /// <summary>What our hello has to bring back; 0 before it is known.</summary>
    public ulong Theirs { get; private set; }

    /// <summary>When it last said something that only a node of ours says; null for never.</summary>
    public long? HeardMilliseconds { get; private set; }

    /// <summary>When it last brought our cookie back.</summary>
    public long? ProvedMilliseconds { get; private set; }

    /// <summary>Whether its board came, or is on its way.</summary>
    public bool HasBoard { get; private set; }

    public long RecordsReceived { get; private set; }

    public long RecordsSent { get; set; }

    /// <summary>A node of ours, but one that does not take this one for its neighbour.</summary>
    public bool Refuses => refusals >= RefusalsWorthALine;

    /// <summary>
    /// Takes records with their age; an old daemon, which may have taken a node's place, takes classic datagrams only.
    /// </summary>
    public bool SpeaksOurs(long now) => !IsSilent(now);

    /// <summary>Whether it may be a node of ours that had no time yet to answer, or to know us.</summary>
    public bool IsUndecided(long now) => isConfigured && HeardMilliseconds is null
        && (firstHello is not { } at || now - at < UndecidedMilliseconds || (refusals > 0 && !Refuses));

    /// <summary>Whether its address is known to be its own.</summary>
    public bool IsProved(long now) => ProvedMilliseconds is { } at && now - at <= SilenceMilliseconds;

    public bool IsSilent(long now) => HeardMilliseconds is not { } at || now - at > SilenceMilliseconds;

    /// <summary>The hello that is due now, or null.</summary>
    public (Cookies Cookies, bool WantsBoard)? DueHello(long now)
    {
        if (nextHello is { } next && now < next) return null;
        firstHello ??= now;
        if (IsSilent(now)) HasBoard = false;
        var isSettled = SpeaksOurs(now) && HasBoard;
        pause = isSettled ? HelloMilliseconds : Math.Min(2 * pause, HelloMilliseconds);
        nextHello = now + pause;
        return (new Cookies(Theirs, cookie), !HasBoard);
    }

    /// <summary>
    /// Its cookie, with ours brought back: the hello that brings its own back, or null when that was sent already.
    /// </summary>
    public (Cookies Cookies, bool WantsBoard)? TakeCookie(ulong its, long now)
    {
        const long ShortestMilliseconds = 100;
        Heard(now);
        refusals = 0;
        ProvedMilliseconds = now;
        if (its == Theirs && cookieAnswered is { } last && now - last < ShortestMilliseconds) return null;
        Theirs = its;
        cookieAnswered = now;
        // The board should come at once; if it does not, it is asked for again.
        nextHello = now + BoardMilliseconds;
        pause = BoardMilliseconds;
        return (new Cookies(Theirs, cookie), !HasBoard);
    }

    /// <summary>It answers, but not as a neighbour.</summary>
    /// <returns>Whether that is worth a line: once, until it is one.</returns>
    public bool TakeRefusal()
    {
        if (Refuses) return false;
        refusals++;
        return Refuses;
    }

    /// <summary>Its hello: whether our cookie is the answer, and whether the board is due.</summary>
    public (bool AnswerCookie, bool SendBoard) TakeHello(Cookies cookies, bool wantsBoard, long now)
    {
        const long ShortestMilliseconds = 1_000;
        if (cookies.Brought != cookie) return (true, false);
        Heard(now);
        refusals = 0;
        Theirs = cookies.Own;
        if (!IsProved(now)) nextHello = null; // a newcomer: its board is wanted, too
        ProvedMilliseconds = now;
        if (!wantsBoard || (boardSent is { } last && now - last < ShortestMilliseconds)) return (false, false);
        boardSent = now;
        return (false, true);
    }

    /// <summary>A record from it.</summary>
    public void TakeRecord(long now)
    {
        Heard(now);
        RecordsReceived++;
    }

    /// <summary>Its board follows.</summary>
    public void TakeBoard(long now)
    {
        Heard(now);
        HasBoard = true;
    }

    /// <summary>Keeps a status until it is known what this neighbour is; false when there is no room.</summary>
    public bool Hold(Outgoing status)
    {
        if (held.Count >= RelayLimits.SendsHeld) return false;
        held.Enqueue(status);
        return true;
    }

    /// <summary>What was kept, once it is known what this neighbour is.</summary>
    public IReadOnlyList<Outgoing> TakeHeld(long now)
    {
        if (held.Count == 0 || IsUndecided(now)) return [];
        var all = held.ToList();
        held.Clear();
        return all;
    }

    private void Heard(long now)
    {
        if (IsSilent(now)) HasBoard = false;
        HeardMilliseconds = now;
    }
}
