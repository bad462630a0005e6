using Microsoft.Extensions.Logging;
using Rwho.Actors.Federation;
using Rwho.Engine.Federation;

namespace Rwho.Node.Federation;

/// <summary>The way to other gateways: Akka.Cluster.</summary>
internal static class FederationTransports
{
    public static bool AreThere => true;

    /// <exception cref="ExitException">The certificate cannot be used.</exception>
    public static IFederationTransport Create(FederationPlan plan, ILogger log) => new ClusterTransport(
        new ClusterSettings(plan.At.Host, plan.At.Port)
        {
            Seeds = [.. plan.Seeds.Select(seed => seed.ToString())],
            Certificate = plan.CertificateFile is { } file ? CertificateFiles.Read(file) : null,
            Logger = log,
        });
}

/// <summary>Gateways as members of a cluster.</summary>
internal sealed class ClusterTransport(ClusterSettings settings) : IFederationTransport
{
    private ClusterLink? last;

    public Task WhenLeft => Volatile.Read(ref last)?.WhenLeft ?? Task.CompletedTask;

    public IFederationLink Join(Action<FederationEvent> tell)
    {
        var link = ClusterLink.Join(settings with { SaysIfAlone = last is null }, told => tell(ToEvent(told)));
        Volatile.Write(ref last, link);
        return new Link(link);
    }

    private static FederationEvent ToEvent(LinkEvent told) => told switch
    {
        LinkEvent.Members members => new FederationEvent.Members(
            [.. members.Others.Select(at => new FederationMember(at.Name, at.Incarnation, at.IsReachable))]),
        LinkEvent.Came came => new FederationEvent.Came(came.From, came.Bytes),
        LinkEvent.Ended ended => new FederationEvent.Ended(ended.Reason),
        _ => throw new ArgumentException($"no event for {told}", nameof(told)),
    };

    private sealed class Link(ClusterLink link) : IFederationLink
    {
        public void Send(FederationMember to, byte[] message) => link.Send(to.Name, message);

        public void Dispose() => link.Dispose();
    }
}
