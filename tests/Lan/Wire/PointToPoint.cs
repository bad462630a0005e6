namespace Rwho.Tests.Lan;

/// <summary>
/// A point-to-point link between two hosts: a tun interface in each, and a thread that carries packets across.
/// </summary>
public sealed class PointToPoint : IDisposable
{
    private readonly int[] _ends;
    private readonly Thread _thread;
    private volatile bool _stopped;

    private PointToPoint(int[] ends)
    {
        _ends = ends;
        _thread = new Thread(Carry) { IsBackground = true, Name = "point-to-point link" };
        _thread.Start();
    }

    /// <summary>Joins two hosts; the interface has the same name at both ends.</summary>
    public static async Task<PointToPoint> Between(
        LanHost one, string oneAddress, LanHost other, string otherAddress, string interfaceName)
    {
        int[] ends =
        [
            await one.Inside(() => Kernel.OpenTun(interfaceName)),
            await other.Inside(() => Kernel.OpenTun(interfaceName)),
        ];
        var link = new PointToPoint(ends);
        string up = $"link set {interfaceName} up";
        await one.Ip($"addr add {oneAddress} peer {otherAddress} dev {interfaceName}", up);
        await other.Ip($"addr add {otherAddress} peer {oneAddress} dev {interfaceName}", up);
        return link;
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        foreach (int end in _ends)
            Kernel.Close(end);
    }

    private void Carry()
    {
        byte[] packet = new byte[65536];
        Span<PollEntry> entries = [new PollEntry { Handle = _ends[0] }, new PollEntry { Handle = _ends[1] }];
        while (!_stopped)
        {
            if (!Kernel.WaitReadable(entries, 20))
                continue;
            for (int i = 0; i < entries.Length; i++)
            {
                if ((entries[i].Result & 1) == 0)
                    continue;
                int length = Kernel.Read(_ends[i], packet);
                if (length > 0)
                    Kernel.Write(_ends[1 - i], packet.AsSpan(0, length));
            }
        }
    }
}
