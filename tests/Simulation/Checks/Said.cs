using System.Buffers.Binary;
using Rwho.Protocol;

namespace Rwho.Tests.Simulation.Checks;

/// <summary>What was said under one name, as a spool keeps it, with when it truly was.</summary>
internal sealed class Said
{
    private const int Kept = 700;

    private readonly List<Saying> all = [];
    private Saying? newest; // nearly always the one that is asked for
    private readonly HashSet<ulong> hashes = [];

    /// <summary>False for a copy. From any thread: a host may find that it says something while it lags.</summary>
    public bool Add(WhodDatagram status, long at)
    {
        lock (all)
        {
            if (!hashes.Add(status.Hash)) return false;
            var content = new byte[WhodLayout.MaxBytes];
            var length = SpoolFile.Write(new HostStatus(status, 0), content);
            if (all.Count == Kept) all.RemoveRange(0, Kept / 2);
            var said = new Saying(status.SendTime, at, content[..length]);
            all.Add(said);
            Volatile.Write(ref newest, said);
            return true;
        }
    }

    /// <summary>What in this content of a spool file was said, and when; null when it never was.</summary>
    public Saying? Find(ReadOnlySpan<byte> content)
    {
        if (Volatile.Read(ref newest) is { } last && Same(last.Content, content)) return last;
        lock (all)
        {
            for (var i = all.Count - 1; i >= 0; i--)
                if (Same(all[i].Content, content)) return all[i];
            return null;
        }
    }

    /// <summary>Whether something newer was said before that time.</summary>
    public bool IsOutdated(WhodDatagram status, long before)
    {
        for (var i = all.Count - 1; i >= 0; i--)
        {
            if (all[i].At >= before) continue;
            return all[i].SendTime != status.SendTime && all.FindIndex(said => said.SendTime == status.SendTime) < i;
        }

        return false;
    }

    /// <summary>The last ones as they went over the wire, the newest first.</summary>
    public IEnumerable<byte[]> Last(int most)
    {
        for (var i = all.Count - 1; i >= Math.Max(0, all.Count - most); i--)
            yield return Datagrams.InSpool(all[i].Content).Bytes.ToArray();
    }

    // All but the receive time.
    private static bool Same(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one.Length == other.Length && one[..ReceiveTime].SequenceEqual(other[..ReceiveTime])
        && one[(ReceiveTime + sizeof(int))..].SequenceEqual(other[(ReceiveTime + sizeof(int))..]);

    /// <summary>One status.</summary>
    /// <param name="At">When it was said, in microseconds.</param>
    /// <param name="Content">As a spool keeps it.</param>
    internal sealed record Saying(uint SendTime, long At, byte[] Content);

    private const int ReceiveTime = 8;

    public static uint ReceiveTimeOf(ReadOnlySpan<byte> content) =>
        BinaryPrimitives.ReadUInt32LittleEndian(content[ReceiveTime..]);
}
