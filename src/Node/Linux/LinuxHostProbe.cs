using Rwho.Actors.Announce;
using Rwho.Protocol;

namespace Rwho.Node.Linux;

/// <summary>
/// How this host is, from /proc, utmp and logind. What cannot be read is left as it was last, or empty, and told: a
/// host that cannot tell its load is up all the same.
/// </summary>
/// <param name="root">The root directory, <c>/</c> except in tests.</param>
public sealed class LinuxHostProbe(string root = "/") : IHostProbe
{
    private readonly Users users = new(root);
    private readonly string loadFile = Path.Combine(root, "proc/loadavg");
    private readonly string statFile = Path.Combine(root, "proc/stat");
    private LoadAverages load;
    private long? bootTime;

    public HostReading Read(long now)
    {
        var unread = new List<Unread>();
        if (ProcFiles.Loads(loadFile, unread) is [var one, var five, var fifteen])
            load = new LoadAverages(one, five, fifteen);
        bootTime = ProcFiles.BootTime(statFile, unread) ?? bootTime ?? now - SecondsSinceBoot;
        return new HostReading(bootTime.Value, load, [.. users.Read(now, unread).Select(ToEntry)])
        {
            Unread = [.. unread],
        };
    }

    private static long SecondsSinceBoot =>
        BootClock.Instance.GetTimestamp() / BootClock.Instance.TimestampFrequency;

    private static WhodEntry ToEntry(LoggedInUser user) => new(
        WhodEntry.Pack(user.Line), WhodEntry.Pack(user.User), WhoTime.Fold(user.LoginTime), user.IdleSeconds);
}
