using System.Security.Cryptography;
using Rwho.Engine.Federation;

namespace Rwho.Tests.Cluster.Links;

/// <summary>What a file of --cluster-cert has to hold.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly Authority _site = new("site");
    private readonly Authority _other = new("other");

    public void Dispose()
    {
        _site.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Its_parts_may_come_in_any_order_and_the_authority_may_be_above_another()
    {
        (string certificate, string key) = _site.Issue(["10.1.0.1"]);
        foreach (string pem in new[]
        {
            certificate + key + _site.Pem, key + certificate + _site.Pem, _site.Pem + key + certificate,
            _other.Pem + _site.Pem + certificate + key,
        })
            Assert.InRange(
                ClusterCertificate.FromPem(pem).NotAfter, DateTime.Now.AddDays(9), DateTime.Now.AddDays(11));
        using var between = new Authority("between", _site);
        (string lower, string lowerKey) = between.Issue(["10.1.0.1"]);
        ClusterCertificate.FromPem(lower + lowerKey + between.Pem + _site.Pem);
        ClusterCertificate.FromPem(_site.Pem + between.Pem + lowerKey + lower);
        Refuses(lower + lowerKey + _site.Pem, "its own certificate would be refused: ");
    }

    [Fact]
    public void What_is_missing_or_wrong_is_said()
    {
        (string certificate, string key) = _site.Issue(["10.1.0.1"]);
        (_, string foreignKey) = _site.Issue(["10.1.0.1"]);
        Refuses("", "there is no certificate in it");
        Refuses("no PEM at all", "there is no certificate in it");
        Refuses(key, "there is no certificate in it");
        Refuses(certificate + _site.Pem, "there is no key in it");
        Refuses(certificate + foreignKey + _site.Pem, "the key in it belongs to none of its certificates");
        Refuses(certificate + key, "the authority's certificate is missing");
        Refuses(certificate + key + _other.Pem, "its own certificate would be refused: ");
        (string old, string oldKey) = _site.Issue(["10.1.0.1"], validDays: -1);
        Refuses(old + oldKey + _site.Pem, "its own certificate would be refused: ");
        (string client, string clientKey) = _site.Issue(["10.1.0.1"], usage: "1.3.6.1.5.5.7.3.2");
        Refuses(client + clientKey + _site.Pem, "its own certificate would be refused: ");
    }

    private static void Refuses(string pem, string reason)
    {
        var failure = Assert.ThrowsAny<CryptographicException>(() => ClusterCertificate.FromPem(pem));
        Assert.StartsWith(reason, failure.Message, StringComparison.Ordinal);
    }
}
