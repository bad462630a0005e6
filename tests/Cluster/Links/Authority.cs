using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rwho.Tests.Cluster.Links;

/// <summary>An authority for certificates, made here; it may be signed by another one.</summary>
public sealed class Authority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // Those it issues begin later and end earlier.
    private static readonly DateTimeOffset s_from = DateTimeOffset.UtcNow.AddDays(-30);
    private static readonly DateTimeOffset s_to = DateTimeOffset.UtcNow.AddDays(30);
    private readonly X509Certificate2 _own;

    public Authority(string name, Authority? above = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (above is null)
        {
            _own = request.CreateSelfSigned(s_from, s_to);
            return;
        }

        using X509Certificate2 signed = request.Create(
            above._own, s_from.AddMinutes(1), s_to.AddMinutes(-1), RandomNumberGenerator.GetBytes(8));
        _own = signed.CopyWithPrivateKey(key);
    }

    /// <summary>Its certificate, in PEM.</summary>
    public string Pem => _own.ExportCertificatePem() + "\n";

    /// <summary>A gateway's certificate and its key, in PEM.</summary>
    /// <param name="names">Addresses and names of hosts.</param>
    public (string Certificate, string Key) Issue(string[] names, int validDays = 10, string? usage = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=gateway {names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            usage is null ? [new Oid(ServerAuthentication), new Oid(ClientAuthentication)] : [new Oid(usage)], false));
        using X509Certificate2 signed = request.Create(
            _own, DateTimeOffset.UtcNow.AddDays(-20), DateTimeOffset.UtcNow.AddDays(validDays),
            RandomNumberGenerator.GetBytes(8));
        return (signed.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>All that a gateway needs, in PEM.</summary>
    public string PemFor(params string[] names)
    {
        (string certificate, string key) = Issue(names);
        return certificate + key + Pem;
    }

    public void Dispose() => _own.Dispose();
}
