using Rwho.Actors.Spool;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>A spool in memory that counts what is done to it and fails when told to.</summary>
internal sealed class MemorySpool : ISpoolDirectory
{
    public Dictionary<string, byte[]> Files { get; } = [];

    public List<string> Writes { get; } = [];

    /// <summary>What everything but reading fails with.</summary>
    public Exception? Fault { get; set; }

    /// <summary>What writes and deletions fail with: the directory itself is there.</summary>
    public SpoolException? FullFault { get; set; }

    /// <summary>What the file of a host fails with.</summary>
    public Dictionary<string, SpoolException> FaultOf { get; } = [];

    public Exception? ReadFault { get; set; }

    /// <summary>Files asked to be deleted, be they there or not.</summary>
    public List<string> Deletes { get; } = [];

    public IEnumerable<(string FileName, byte[] Content)> ReadAll() =>
        ReadFault is { } fault ? throw fault : Files.Select(file => (file.Key, file.Value)).ToList();

    /// <summary>The next time it is asked for, it is another directory.</summary>
    public bool IsReplaced { get; set; }

    /// <summary>How often anything was to be written.</summary>
    public int Tries { get; private set; }

    public bool IsAnother()
    {
        if (Fault is { } fault) throw fault;
        var replaced = IsReplaced;
        IsReplaced = false;
        return replaced;
    }

    public bool Holds(IReadOnlySet<HostName> hosts) => hosts.All(host => Files.ContainsKey(SpoolFile.NameOf(host)));

    public void Write(HostName host, ReadOnlySpan<byte> content)
    {
        Tries++;
        if ((Fault ?? FullFault ?? FaultOf.GetValueOrDefault(host.ToString())) is { } fault) throw fault;
        Writes.Add(host.ToString());
        Files[SpoolFile.NameOf(host)] = content.ToArray();
    }

    public void Delete(HostName host)
    {
        Deletes.Add(host.ToString());
        if ((Fault ?? FullFault ?? FaultOf.GetValueOrDefault(host.ToString())) is { } fault) throw fault;
        Files.Remove(SpoolFile.NameOf(host));
    }

    /// <summary>Puts a file there, as an earlier daemon left it.</summary>
    public void Put(string host, long received)
    {
        var content = new byte[WhodLayout.MaxBytes];
        var length = SpoolFile.Write(new HostStatus(Datagrams.Read(Datagrams.Of(host, received)), received), content);
        Files["whod." + host] = content[..length];
    }

    public HostStatus? Read(string host, long now) =>
        Files.TryGetValue("whod." + host, out var content) && SpoolFile.TryRead(content, now, out var status)
            ? status : null;
}
