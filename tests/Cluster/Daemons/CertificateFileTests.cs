namespace Rwho.Tests.Cluster.Daemons;

/// <summary>Certificates as an operator makes them.</summary>
public sealed class CertificateFileTests
{
    /// <summary>The commands of docs/federation.md; $1 is the gateway's address, in a directory of the site.</summary>
    private const string Make = """
        set -e
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 3650 \
          -subj "/CN=rwho authority" -addext basicConstraints=critical,CA:true \
          -addext keyUsage=critical,keyCertSign -keyout authority.key -out authority.pem
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj "/CN=$1" \
          -keyout gateway.key -out gateway.csr
        printf 'subjectAltName=IP:%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$1" > gateway.ext
        openssl x509 -req -in gateway.csr -days 825 -CA authority.pem -CAkey authority.key \
          -extfile gateway.ext -out gateway.pem
        """;

    private const string File = "/run/rwho/gateway.pem";

    [GatewayFact]
    public async Task Gateways_with_certificates_of_the_documented_commands_share_their_boards()
    {
        string place = Directory.CreateTempSubdirectory("rwho-site-").FullName;
        try
        {
            await using Sites sites = await Sites.Start(
                2, ["--cluster-cert", File],
                async (host, address) =>
                {
                    // The authority is made once.
                    string commands = System.IO.File.Exists($"{place}/authority.pem")
                        ? Make.Replace("openssl req -x509", "true", StringComparison.Ordinal)
                        : Make;
                    Outcome made = await host.Run("/bin/sh", "-c", $"cd {place}\n{commands}", "sh", address);
                    Assert.True(made.Status == 0, made.ToString());
                    string[] parts = ["gateway.pem", "gateway.key", "authority.pem"];
                    string pem = string.Concat(parts.Select(part => System.IO.File.ReadAllText($"{place}/{part}")));
                    System.IO.File.WriteAllText(host.PathOf(File), pem);
                    Outcome owned = await host.Run("/bin/chown", "rwhod", File);
                    Assert.True(owned.Status == 0, owned.ToString());
                });
            await sites.Plain(0).Send(new Announcement("plain0").ToBytes(), Broadcast(sites.Plain(0)));
            await sites.Agree();
            Assert.All(
                sites.Gateways,
                gateway => Assert.DoesNotContain("refused", gateway.Process.Errors, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    [GatewayFact]
    public async Task Without_a_certificate_a_gateway_listens_on_loopback_only()
    {
        await using LanHost host = await LanHost.Start("lone");
        Outcome outcome = await host.Run(NodeProgram.Path, "--cluster", "10.1.0.1:5514");
        Assert.Equal(78, outcome.Status);
        Assert.Contains("without a certificate a gateway listens on loopback only", outcome.Errors,
            StringComparison.Ordinal);
        Assert.Contains("--cluster-cert", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("--insecure-cluster", outcome.Errors, StringComparison.Ordinal);
    }

    private static string Broadcast(LanHost host) => host.Address[..(host.Address.LastIndexOf('.') + 1)] + "255";
}
