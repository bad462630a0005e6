using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Rwho.Actors.Spool;
using Rwho.Protocol;
using Rwho.Tests.Simulation.Checks;

namespace Rwho.Tests.Simulation.Hosts;

/// <summary>A spool directory that outlives processes, and can be full, or gone.</summary>
internal sealed class VirtualDisk(Watch watch, Notes notes) : ISpoolDirectory
{
    private const int ReceiveTime = 8;

    private readonly Dictionary<HostName, File> files = [];

    /// <summary>What every write fails with; null for none.</summary>
    public Exception? Fault { get; set; }

    public IEnumerable<(string FileName, byte[] Content)> ReadAll() =>
        [.. files.Where(file => file.Value.Said is not null)
            .Select(file => (SpoolFile.NameOf(file.Key), Read(file.Value)))];

    public bool IsAnother() => false;

    /// <summary>By their number: a disk loses all files or none.</summary>
    public bool Holds(IReadOnlySet<HostName> hosts) => files.Count >= hosts.Count;

    public void Wipe() => files.Clear();

    public void Write(HostName name, ReadOnlySpan<byte> content)
    {
        if (Fault is { } fault) throw fault;
        ref var file = ref CollectionsMarshal.GetValueRefOrAddDefault(files, name, out _);
        file.Name ??= watch.NameOf(name);
        file.Said = notes.Spooled(name, file.Name, content, ref file.Shown) ?? content.ToArray();
        if (content.Length >= ReceiveTime + sizeof(uint)) file.ReceiveTime = Said.ReceiveTimeOf(content);
    }

    public void Delete(HostName name)
    {
        if (Fault is { } fault) throw fault;
        if (files.ContainsKey(name)) CollectionsMarshal.GetValueRefOrNullRef(files, name).Said = null;
        notes.Deleted(name);
    }

    private static byte[] Read(File file)
    {
        var content = file.Said!.ToArray();
        if (content.Length >= ReceiveTime + sizeof(uint))
            BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(ReceiveTime), file.ReceiveTime);
        return content;
    }

    /// <summary>One file: what was said, which all hosts' files share, and when it was received here.</summary>
    private struct File
    {
        public Watch.Name? Name;

        /// <summary>Null when there is no file any more.</summary>
        public byte[]? Said;

        public uint ReceiveTime;
        public Notes.Shown Shown;
    }
}
