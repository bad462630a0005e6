using Rwho.Actors.Spool;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>A spool in memory that counts what is done to it and fails when told to.</summary>
internal sealed class MemorySpool : ISpoolDirectory
{
    public Dictionary<string, byte[]> Files { get; } = [];

    public List<string> Writes { get; } = [];

    public Exception? Fault { get; set; }

    public IEnumerable<(string FileName, byte[] Content)> ReadAll() =>
        Files.Select(file => (file.Key, file.Value)).ToList();

    public void Write(HostName host, ReadOnlySpan<byte> content)
    {
        if (Fault is { } fault) throw fault;
        Writes.Add(host.ToString());
        Files[SpoolFile.NameOf(host)] = content.ToArray();
    }

    public void Delete(HostName host)
    {
        if (Fault is { } fault) throw fault;
        Files.Remove(SpoolFile.NameOf(host));
    }

    public HostStatus? Read(string host, long now) =>
        Files.TryGetValue("whod." + host, out var content) && SpoolFile.TryRead(content, now, out var status)
            ? status : null;
}
