using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;

namespace Rwho.Engine.Federation;

/// <summary>
/// What a gateway proves itself with, and which others it believes: those with a certificate of the same authority,
/// whether or not the system trusts that, and whose name or address is the one in it.
/// </summary>
public sealed class ClusterCertificate
{
    /// <summary>Without this the certificate is of no use; the rest is decided in <see cref="ToSetup"/>.</summary>
    public static readonly Config Configuration =
        ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.enable-ssl = true");

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 own;
    private readonly X509Certificate2Collection authorities = [];
    private readonly X509Certificate2Collection between = [];

    private ClusterCertificate(X509Certificate2 own, X509Certificate2Collection all)
    {
        this.own = own;
        foreach (var other in all)
        {
            var isAuthority = other.Extensions.OfType<X509BasicConstraintsExtension>()
                .Any(constraints => constraints.CertificateAuthority);
            if (!isAuthority || other.RawDataMemory.Span.SequenceEqual(own.RawDataMemory.Span)) continue;
            var isRoot = other.SubjectName.RawData.AsSpan().SequenceEqual(other.IssuerName.RawData);
            (isRoot ? authorities : between).Add(other);
        }
    }

    /// <summary>
    /// In any order: the gateway's certificate, its key, the certificate of the authority that signed it, and those in
    /// between, if there are any: those of all gateways, since each presents its own certificate alone.
    /// </summary>
    /// <exception cref="CryptographicException">Not PEM, or something of it is missing.</exception>
    public static ClusterCertificate FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var all = new X509Certificate2Collection();
        all.ImportFromPem(pem);
        if (all.Count == 0) throw new CryptographicException("there is no certificate in it");
        if (!pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new CryptographicException("there is no key in it");
        var own = all.Select(certificate => WithKey(certificate, pem)).FirstOrDefault(found => found is not null)
            ?? throw new CryptographicException("the key in it belongs to none of its certificates, or has a password");
        var made = new ClusterCertificate(own, all);
        if (made.authorities.Count == 0) throw new CryptographicException("the authority's certificate is missing");
        return made.WhatIsWrongWith(own, null, ServerAuthentication) is { } wrong
            ? throw new CryptographicException($"its own certificate would be refused: {wrong}")
            : made;
    }

    /// <summary>When it ends.</summary>
    public DateTime NotAfter => own.NotAfter;

    internal Setup ToSetup() => new DotNettySslSetup(
        own, suppressValidation: false, requireMutualAuthentication: true, validateCertificateHostname: true, IsGood);

    private static X509Certificate2? WithKey(X509Certificate2 certificate, string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), pem);
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>
    /// Decides in the place of all that Akka.NET checks. Whom we dial has to have the host in the address dialled; of
    /// who dials us only the address is known, and it has to be in the certificate, or behind a name in it.
    /// </summary>
    /// <param name="peer">With <c>://</c> when we dialled it; else its address and port.</param>
    private bool IsGood(
        X509Certificate2? certificate, X509Chain? chain, string peer, SslPolicyErrors errors, ILoggingAdapter log)
    {
        var isDialled = peer.Contains("://", StringComparison.Ordinal);
        var wrong = certificate is null ? "it has no certificate"
            : WhatIsWrongWith(certificate, chain, isDialled ? ServerAuthentication : ClientAuthentication) is { } bad
                ? bad
            : isDialled && (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0
                ? "its certificate is for another host: its subjectAltName has to hold where it is dialled"
            : !isDialled && !IsFor(certificate, peer)
                ? "its certificate is not for the address that it comes from: its subjectAltName has to hold that, or "
                    + "a name of it"
            : null;
        if (wrong is null) return true;
        log.Warning(
            "gateway {0} is refused: {1} (certificate of {2})", PlaceOf(peer), wrong, certificate?.Subject ?? "nobody");
        return false;
    }

    private string? WhatIsWrongWith(X509Certificate2 certificate, X509Chain? presented, string usage)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authorities);
        policy.ExtraStore.AddRange(between);
        if (presented is not null)
            foreach (var element in presented.ChainElements) policy.ExtraStore.Add(element.Certificate);
        policy.ApplicationPolicy.Add(new Oid(usage)); // one that names no usage passes
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        return chain.Build(certificate) ? null
            : string.Join("; ", chain.ChainStatus.Select(Said).Distinct());
    }

    private static string Said(X509ChainStatus status) => status.Status switch
    {
        X509ChainStatusFlags.NotTimeValid => "its certificate has ended, or a clock is wrong: make it a new one",
        X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot =>
            "its certificate is of another authority, or one in between is missing",
        X509ChainStatusFlags.NotValidForUsage =>
            "its certificate is not for both ends of a connection (extendedKeyUsage = serverAuth, clientAuth)",
        _ => status.StatusInformation.Trim(),
    };

    // Who dials comes from another port each time: that is no other line of the log.
    private static string PlaceOf(string peer) =>
        peer.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0
            ? peer[(peer.IndexOf('@', scheme) + 1)..]
            : IPEndPoint.TryParse(peer, out var from) ? AddressOf(from).ToString() : peer;

    private static IPAddress AddressOf(IPEndPoint from) =>
        from.Address.IsIPv4MappedToIPv6 ? from.Address.MapToIPv4() : from.Address;

    private static bool IsFor(X509Certificate2 certificate, string peer)
    {
        if (!IPEndPoint.TryParse(peer, out var from)) return false;
        var address = AddressOf(from);
        return certificate.MatchesHostname(address.ToString(), allowWildcards: false, allowCommonName: false)
            || certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(names => names.EnumerateDnsNames()).Any(name => IsAt(name, address));
    }

    private static bool IsAt(string name, IPAddress address)
    {
        try
        {
            return Dns.GetHostAddresses(name).Contains(address);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            return false; // nobody is there
        }
    }
}
