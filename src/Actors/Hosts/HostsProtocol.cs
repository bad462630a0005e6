using System.Collections.Immutable;
using Rwho.Actors.Udp;
using Rwho.Protocol;

namespace Rwho.Actors.Hosts;

/// <summary>The conversation with the owner of the host table.</summary>
public static class HostsProtocol
{
    /// <summary>Datagrams from the network. The table hands the batch back when it is done with it.</summary>
    public sealed record Heard(ReceiveBatch Batch);

    /// <summary>What this host says of itself.</summary>
    public sealed record Announced(WhodDatagram Datagram);

    /// <summary>The rows that the spool kept from before.</summary>
    public sealed record Restore(ImmutableArray<HostStatus> Statuses);

    /// <summary>
    /// From who asks on: <see cref="Changes"/> each second in which there are any, with all there are then, and never
    /// more while some are not done with.
    /// </summary>
    /// <param name="Everything">Every row counts as changed: who asks may have lost some.</param>
    public sealed record FollowChanges(bool Everything);

    /// <summary>Rows as they are now, and hosts that are gone.</summary>
    public sealed record Changes(ImmutableArray<HostRow> Rows, ImmutableArray<HostName> Removed, bool Last = false)
    {
        private bool isDone;

        internal bool IsDone => Volatile.Read(ref isDone);

        /// <summary>Whoever took them is ready for the next.</summary>
        public void Done() => Volatile.Write(ref isDone, true);
    }

    /// <summary>
    /// The node stops: answered to the spool by the last <see cref="Changes"/>, even when there are none.
    /// </summary>
    public sealed record Drain(IActorRef Spool);

    /// <summary>To itself, across a restart: hosts that are gone, and that the spool was not told of.</summary>
    internal sealed record Gone(ImmutableArray<HostName> Hosts);

    internal sealed record Publish
    {
        public static readonly Publish Instance = new();
    }

    internal sealed record GiveNow
    {
        public static readonly GiveNow Instance = new();
    }

    internal sealed record LookAround
    {
        public static readonly LookAround Instance = new();
    }

    internal sealed record ForgetSilent
    {
        public static readonly ForgetSilent Instance = new();
    }
}
