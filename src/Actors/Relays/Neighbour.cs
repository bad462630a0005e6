using System.Net;

namespace Rwho.Actors.Relays;

/// <summary>
/// One neighbour at one address: what it told us of itself, and what we owe it. It reads no clock; all times are our
/// own elapsed milliseconds.
/// </summary>
/// <remarks>
/// Each side says hello every minute. A hello that does not bring our cookie back is answered by the cookie, and no
/// more; one that does proves that its sender hears what is sent to its address, and may ask for the whole board.
/// </remarks>
public sealed class Neighbour(IPEndPoint endPoint, string name, bool isConfigured, ulong cookie)
{
    public const long HelloMilliseconds = 60_000;

    /// <summary>Who was silent so long may have been away: its board is asked for again.</summary>
    public const long SilenceMilliseconds = 3 * HelloMilliseconds + 5_000;

    /// <summary>A board is asked for again when nothing of it came within this.</summary>
    public const long BoardMilliseconds = 2_000;

    private const long FirstPauseMilliseconds = 500;

    private long? nextHello;
    private long pause = FirstPauseMilliseconds;
    private ulong theirs;
    private long? boardSent;
    private long? cookieAnswered;

    public IPEndPoint EndPoint => endPoint;

    /// <summary>As the operator named it; the address of an accepted one.</summary>
    public string Name => name;

    public bool IsConfigured => isConfigured;

    /// <summary>What a hello from there has to bring back.</summary>
    public ulong Cookie => cookie;

    /// <summary>When it last said something that only a node of ours says; null for never.</summary>
    public long? HeardMilliseconds { get; private set; }

    /// <summary>When it last brought our cookie back.</summary>
    public long? ProvedMilliseconds { get; private set; }

    /// <summary>Whether its board came, or is on its way.</summary>
    public bool HasBoard { get; private set; }

    public long RecordsReceived { get; private set; }

    public long RecordsSent { get; set; }

    /// <summary>Takes records with their age; an old daemon takes classic datagrams only.</summary>
    public bool SpeaksOurs => HeardMilliseconds is not null;

    /// <summary>Whether its address is known to be its own.</summary>
    public bool IsProved(long now) => ProvedMilliseconds is { } at && now - at <= SilenceMilliseconds;

    public bool IsSilent(long now) => HeardMilliseconds is not { } at || now - at > SilenceMilliseconds;

    /// <summary>The hello that is due now, or null.</summary>
    public (ulong Cookie, bool WantsBoard)? DueHello(long now)
    {
        if (nextHello is { } next && now < next) return null;
        if (HeardMilliseconds is { } heard && now - heard > SilenceMilliseconds) HasBoard = false;
        var isSettled = SpeaksOurs && HasBoard;
        pause = isSettled ? HelloMilliseconds : Math.Min(2 * pause, HelloMilliseconds);
        nextHello = now + pause;
        return (theirs, !HasBoard);
    }

    /// <summary>Its cookie: the hello that brings it back, or null when that was sent already.</summary>
    public (ulong Cookie, bool WantsBoard)? TakeCookie(ulong from, long now)
    {
        const long ShortestMilliseconds = 100;
        Heard(now);
        if (from == theirs && cookieAnswered is { } last && now - last < ShortestMilliseconds) return null;
        theirs = from;
        cookieAnswered = now;
        // The board should come at once; if it does not, it is asked for again.
        nextHello = now + BoardMilliseconds;
        pause = BoardMilliseconds;
        return (theirs, !HasBoard);
    }

    /// <summary>Its hello: whether our cookie is the answer, and whether the board is due.</summary>
    public (bool AnswerCookie, bool SendBoard) TakeHello(ulong brought, bool wantsBoard, long now)
    {
        const long ShortestMilliseconds = 1_000;
        if (brought != cookie) return (true, false);
        Heard(now);
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

    private void Heard(long now)
    {
        if (IsSilent(now)) HasBoard = false;
        HeardMilliseconds = now;
    }
}
