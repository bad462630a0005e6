using Rwho.Protocol;

namespace Rwho.Actors.Spool;

/// <summary>
/// Tells how the spool is: a line when it fails, once a minute while it does, and one when every file is written.
/// </summary>
internal sealed class SpoolHealth(NodeParts node)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private long? failingSinceMilliseconds;
    private long? told; // the last line about a failure
    private bool isTold; // of this failure
    private int late;

    public bool IsWell => failingSinceMilliseconds is null;

    /// <param name="host">The host whose file it is; null when no file can be written.</param>
    public void Fails(HostName? host, string reason)
    {
        failingSinceMilliseconds ??= node.Now.ElapsedMilliseconds;
        if (told is { } last && node.Time.GetElapsedTime(last) < LogInterval) return;
        told = node.Time.GetTimestamp();
        isTold = true;
        var seconds = SpoolActor.RetryInterval.TotalSeconds;
        if (host is { } one) node.Log.SpoolFileFails(SpoolFile.NameOf(one), reason, seconds);
        else node.Log.SpoolFails(reason, seconds);
    }

    /// <summary>One file that had waited is written.</summary>
    public void WrittenLate() => late++;

    /// <summary>How it is by now.</summary>
    public void Is(int unwritten, bool isWell)
    {
        if (isWell && failingSinceMilliseconds is { } since)
        {
            if (isTold) node.Log.SpoolWorks((node.Now.ElapsedMilliseconds - since) / 1000, late);
            failingSinceMilliseconds = null;
            isTold = false;
            late = 0;
        }

        node.SpoolHealth.Publish(new SpoolState(failingSinceMilliseconds, unwritten));
    }
}
