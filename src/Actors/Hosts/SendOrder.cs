using Rwho.Protocol;

namespace Rwho.Actors.Hosts;

/// <summary>
/// Which of a host's datagrams is the newest: by send time alone, modulo 2^32. One with an older send time is only a
/// candidate; when a second one follows whose send time moved on about as our own clock did, the host's clock was set
/// back (or a forged future is over) and the order starts again from it. So reboots, clock steps and forgeries heal
/// within two announcements, and silence alone forgets nothing. A field, never copied.
/// </summary>
public struct SendOrder
{
    /// <summary>A candidate and its successor lie at least so far apart.</summary>
    public const long ShortestStepMilliseconds = 5000;

    private uint newest;
    private (uint SendTime, long HeardMilliseconds)? candidate;

    /// <summary>Takes the host's first datagram.</summary>
    public SendOrder(uint sendTime)
    {
        newest = sendTime;
        candidate = null;
    }

    /// <summary>Whether an unseen datagram becomes the host's status. Equal send times with other bytes do.</summary>
    public bool Accepts(uint sendTime, Moment now)
    {
        if (WhoTime.Difference(sendTime, newest) < 0 && !Succeeds(sendTime, now)) return false;
        newest = sendTime;
        candidate = null;
        return true;
    }

    private bool Succeeds(uint sendTime, Moment now)
    {
        if (candidate is { } first)
        {
            var ours = now.ElapsedMilliseconds - first.HeardMilliseconds;
            if (ours < ShortestStepMilliseconds) return false;
            var theirs = WhoTime.Difference(sendTime, first.SendTime) * 1000L;
            if (theirs >= ours / 2 && theirs <= ours * 2) return true;
        }

        candidate = (sendTime, now.ElapsedMilliseconds);
        return false;
    }
}
