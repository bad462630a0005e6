using Rwho.Actors.Announce;
using Rwho.Protocol;

namespace Rwho.Node.Linux;

/// <summary>
/// How this host is, from /proc, utmp and logind. What cannot be read is left as it was last, or empty: a host that
/// cannot tell its load is up all the same.
/// </summary>
public sealed class LinuxHostProbe : IHostProbe
{
    private readonly Users users = new();
    private LoadAverages load;
    private long? bootTime;

    public HostReading Read(long now)
    {
        if (ProcFiles.Loads() is [var one, var five, var fifteen]) load = new LoadAverages(one, five, fifteen);
        bootTime = ProcFiles.BootTime() ?? bootTime;
        return new HostReading(bootTime ?? now, load, [.. users.Read(now).Select(ToEntry)]);
    }

    private static WhodEntry ToEntry(LoggedInUser user) => new(
        WhodEntry.Pack(user.Line), WhodEntry.Pack(user.User), WhoTime.Fold(user.LoginTime), user.IdleSeconds);
}
