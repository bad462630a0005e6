using System.Collections.Immutable;
using System.Net;
using Rwho.Node.Configuration;

namespace Rwho.Node.Federation;

/// <summary>How this node is a gateway: where it listens for the others, and how they know each other.</summary>
/// <param name="At">Where the others reach it.</param>
/// <param name="CertificateFile">Null for no encryption.</param>
public sealed record FederationPlan(
    ClusterAddress At, ImmutableArray<ClusterAddress> Seeds, string? CertificateFile)
{
    /// <summary>Null for a node that is no gateway.</summary>
    /// <exception cref="ExitException">It does not go together, or this build has no federation.</exception>
    public static FederationPlan? Of(DaemonConfiguration configuration)
    {
        var asked = configuration.Cluster is not null ? "--cluster"
            : !configuration.Seeds.IsEmpty ? "--seed"
            : configuration.ClusterCertificate is not null ? "--cluster-cert"
            : configuration.InsecureCluster ? "--insecure-cluster"
            : null;
        if (asked is null) return null;
        if (!FederationTransports.AreThere)
            throw new ExitException(ExitStatus.Configuration,
                $"{asked} needs a build on Akka.NET, which this one is not: dotnet publish src/Node -c Release "
                + "-p:Engine=Akka (README.md, \"Many networks\"); neighbours (--neighbour) need none");
        if (configuration.Cluster is not { } at)
            throw new ExitException(ExitStatus.Usage, $"{asked} is of no use without --cluster: say where to listen");
        if (configuration.SendOnly)
            throw new ExitException(ExitStatus.Usage, "--send-only leaves nothing to --cluster: choose one");
        if (configuration is { ClusterCertificate: not null, InsecureCluster: true })
            throw new ExitException(ExitStatus.Usage,
                "--cluster-cert and --insecure-cluster contradict each other: choose one");
        if (configuration.ClusterCertificate is null && !configuration.InsecureCluster && !at.IsLoopback)
            throw new ExitException(ExitStatus.Configuration,
                $"without a certificate a gateway listens on loopback only, and {at} is not: give it one with "
                + "--cluster-cert (docs/federation.md tells how to make it), or say --insecure-cluster where everybody "
                + "on the way may read and forge statuses");
        return new FederationPlan(at, configuration.Seeds, configuration.ClusterCertificate);
    }

    /// <summary>For people.</summary>
    public override string ToString() => CertificateFile is null ? $"{At}, not encrypted"
        : $"{At}, with the certificate {CertificateFile}";
}

/// <summary>A gateway's place: the same text on all of them, since it is also its name.</summary>
/// <param name="Host">A name or an address, an IPv6 one in brackets.</param>
public readonly record struct ClusterAddress(string Host, int Port)
{
    public bool IsLoopback => Host == "localhost"
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <exception cref="FormatException">Says what it takes.</exception>
    public static ClusterAddress Parse(string text)
    {
        const string Form = "a name or address by which the other gateways reach this one, and a port, such as "
            + "10.1.0.1:5514 or gw1.example.org:5514";
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text[(colon + 1)..], out var port) || port == 0)
            throw new FormatException(Form);
        var host = text[..colon];
        var isAddress = IPAddress.TryParse(host, out var address);
        var isEvery = isAddress && (address!.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        var kind = Uri.CheckHostName(host);
        if (isEvery || (host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('['))
            || kind is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
            throw new FormatException(Form);
        return new ClusterAddress(host, port);
    }

    public override string ToString() => $"{Host}:{Port}";
}
