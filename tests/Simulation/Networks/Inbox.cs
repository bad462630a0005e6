namespace Rwho.Tests.Simulation.Networks;

/// <summary>A datagram on its way to a port.</summary>
/// <param name="Due">When it arrives, in microseconds since the start.</param>
/// <param name="From">The source address that it bears.</param>
/// <param name="Sender">Who truly sent it; -1 for no host.</param>
internal readonly record struct Arrival(
    long Due, byte[] Bytes, uint From, ushort FromPort, int Sender, Port To, bool IsBroadcast);

/// <summary>What is on its way to one host, in the order of arriving; at one time, of being sent.</summary>
internal sealed class Inbox
{
    private Arrival[] items = new Arrival[16];
    private int head;
    private int end;

    /// <summary>When the next arrives; never, for none.</summary>
    public long NextDue => head == end ? long.MaxValue : items[head].Due;

    public void Add(in Arrival arrival)
    {
        if (end == items.Length) MakeRoom();
        // Nearly all come in order.
        var at = end++;
        for (; at > head && items[at - 1].Due > arrival.Due; at--) items[at] = items[at - 1];
        items[at] = arrival;
    }

    public Arrival Take()
    {
        var next = items[head];
        items[head++] = default;
        if (head == end) head = end = 0;
        return next;
    }

    /// <summary>Hands on what arrives until then.</summary>
    public void MoveTo(Inbox other, long until)
    {
        while (NextDue <= until) other.Add(Take());
    }

    private void MakeRoom()
    {
        var to = head > items.Length / 2 ? items : new Arrival[2 * items.Length];
        Array.Copy(items, head, to, 0, end - head);
        if (to == items) Array.Clear(items, end - head, head);
        (items, head, end) = (to, 0, end - head);
    }
}
