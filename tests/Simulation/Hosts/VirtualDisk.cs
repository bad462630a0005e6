using Rwho.Actors.Spool;
using Rwho.Protocol;

namespace Rwho.Tests.Simulation.Hosts;

/// <summary>A spool directory that outlives processes, and can be full, or gone.</summary>
internal sealed class VirtualDisk(Site site, int host, HostClock clock) : ISpoolDirectory
{
    private readonly Dictionary<HostName, (byte[] Content, Checks.Watch.Name Name)> files = [];

    /// <summary>What every write fails with; null for none.</summary>
    public Exception? Fault { get; set; }

    public IEnumerable<(string FileName, byte[] Content)> ReadAll() =>
        [.. files.Select(file => (SpoolFile.NameOf(file.Key), file.Value.Content))];

    public void Wipe() => files.Clear();

    public void Write(HostName name, ReadOnlySpan<byte> content)
    {
        if (Fault is { } fault) throw fault;
        if (files.TryGetValue(name, out var old) && old.Content.Length == content.Length) content.CopyTo(old.Content);
        else files[name] = old = (content.ToArray(), old.Name ?? site.Watch.NameOf(name));
        site.Watch.Spooled(host, name, old.Name, content, clock);
    }

    public void Delete(HostName name)
    {
        if (Fault is { } fault) throw fault;
        files.Remove(name);
        site.Watch.Deleted(host, name);
    }
}
