using Rwho.Actors.Hosts;
using Rwho.Actors.Query;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Query;

/// <summary>What a watch tells, as one would say it: every host looked at each time.</summary>
internal sealed class NaiveWatch
{
    private readonly Dictionary<HostName, (HostRow Row, bool IsDown)> hosts = [];

    public IEnumerable<HostRow> Rows => hosts.Values.Select(host => host.Row);

    public long? NextDown => hosts.Values.Where(host => !host.IsDown)
        .Min(host => (long?)host.Row.Status.ReceiveTime + 661);

    public string FallSilent(long now)
    {
        var silent = hosts.Values.Where(host => !host.IsDown && now - host.Row.Status.ReceiveTime > 660)
            .OrderBy(host => host.Row.Status.ReceiveTime).ThenBy(host => host.Row.Host).ToList();
        foreach (var host in silent) hosts[host.Row.Host] = (host.Row, true);
        return string.Join(' ', silent.Select(host => $"Down:{host.Row.Host}"));
    }

    public string Observe(IEnumerable<HostRow> changed, IEnumerable<HostName> removed, long now)
    {
        var told = removed.Where(hosts.Remove).Select(name => $"Forgotten:{name}").ToList();
        foreach (var row in changed)
        {
            if (Kind(row, now) is { } kind) told.Add($"{kind}:{row.Host}");
            var isHeard = !hosts.TryGetValue(row.Host, out var before) || row.Status != before.Row.Status;
            hosts[row.Host] = (row, isHeard ? now - row.Status.ReceiveTime > 660 : before.IsDown);
        }

        return string.Join(' ', told);
    }

    private ChangeKind? Kind(HostRow row, long now)
    {
        if (!hosts.TryGetValue(row.Host, out var before)) return ChangeKind.New;
        if (row.Status == before.Row.Status)
            return row.Conflict == before.Row.Conflict ? null : ChangeKind.Status;
        var isDown = now - row.Status.ReceiveTime > 660;
        if (before.IsDown && !isDown) return ChangeKind.Up;
        if (!before.IsDown && isDown) return ChangeKind.Down;
        return Users(row).SetEquals(Users(before.Row)) ? ChangeKind.Status : ChangeKind.Users;
    }

    private static HashSet<(string, string)> Users(HostRow row) =>
        [.. row.Status.Datagram.ToStatus().Users.Select(user => (user.NameText, user.LineText))];
}
