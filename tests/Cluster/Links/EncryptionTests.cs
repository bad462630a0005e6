using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Rwho.Engine.Federation;

namespace Rwho.Tests.Cluster.Links;

/// <summary>
/// Gateways with certificates, and whoever has none, or another one. A gateway is dialled at an address of its own, and
/// dials from 127.0.0.1, where all connections on loopback come from.
/// </summary>
public sealed class EncryptionTests : IAsyncLifetime
{
    private const string Outgoing = "127.0.0.1";
    private readonly Gateways _gateways = new();
    private readonly Authority _site = new("site");
    private readonly Authority _other = new("other");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _gateways.DisposeAsync();
        _site.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Those_with_certificates_of_one_authority_join_each_other()
    {
        string[] places = Gateways.NewPlaces(2);
        using var between = new Authority("between", _site);
        (string certificate, string key) = between.Issue([HostOf(places[1]), Outgoing]);
        Gateway first = With(
            _site.PemFor(HostOf(places[0]), Outgoing) + between.Pem, places[0], places[0]);
        Gateway second = With(certificate + key + between.Pem + _site.Pem, places[1], places[0]);
        await second.Sees(first);
        await first.Sees(second);
        await first.HearsFrom(second, [1, 2]);
        await second.HearsFrom(first, [3, 4]);
        Assert.Empty(first.Log.Lines);
        Assert.Empty(second.Log.Lines);
    }

    [Fact]
    public async Task A_certificate_for_names_is_good_for_the_addresses_behind_them()
    {
        string[] places = Gateways.NewPlaces(2);
        Gateway first = With(_site.PemFor(HostOf(places[0]), "localhost"), places[0], places[0]);
        Gateway second = With(_site.PemFor(HostOf(places[1]), "localhost"), places[1], places[0]);
        await second.Sees(first);
        await first.Sees(second);
    }

    [Fact]
    public async Task Who_dials_with_a_wrong_certificate_or_none_is_refused_and_the_others_stay()
    {
        (Gateway first, Gateway second) = await Good();
        string wrong = Gateways.NewPlace();
        (string old, string oldKey) = _site.Issue([HostOf(wrong), Outgoing], validDays: -1);
        (string foreign, string foreignKey) = _other.Issue([HostOf(wrong), Outgoing]);

        await Dials(first, old, oldKey);
        await first.Log.Says("is refused", "has ended");
        await Dials(first, foreign, foreignKey);
        await first.Log.Says("is refused", "another authority");
        Gateway elsewhere = With(_site.PemFor(HostOf(wrong)), wrong, first.Name);
        await first.Log.Says(Outgoing, "is refused", "not for the address that it comes from");
        Gateway open = _gateways.Start(Gateways.NewPlace(), first.Name);
        await Speaks(first, "GET / HTTP/1.1\r\n\r\n");
        await first.Log.Says("does not speak TLS");
        await elsewhere.Log.Says("no gateway has let this one in yet", first.Name);

        await StillTogether(first, second);
        Assert.Null(elsewhere.Others);
        Assert.Null(open.Others);
        Assert.InRange(first.Log.Lines.Count, 4, 6);
    }

    [Fact]
    public async Task A_seed_with_a_wrong_certificate_ends_nobody_who_dials_it_and_is_joined_when_it_is_mended()
    {
        string[] places = Gateways.NewPlaces(3);
        string[] names = [.. places.Select(HostOf)];
        Gateway first = With(_site.PemFor(names[0], Outgoing), places[0], places);
        Gateway second = With(_site.PemFor(names[1], Outgoing), places[1], places);
        await second.Sees(first);
        // It begins a federation of its own, and is dialled by the others as their seed.
        Gateway bad = With(_site.PemFor(Outgoing, "elsewhere.example.org"), places[2], places[2]);
        await bad.Sees();

        await first.Log.Says(places[2], "is refused", "its certificate is for another host");
        await second.Log.Says(places[2], "is refused");
        await StillTogether(first, second);
        Assert.Empty(first.Ends);
        Assert.Empty(second.Ends);

        await bad.DisposeAsync();
        Gateway mended = With(_site.PemFor(names[2], Outgoing), places[2], places);
        await mended.Sees(first, second);
        await first.HearsFrom(mended, [1]);
        await first.DisposeAsync();
        await second.Until(others => others.All(at => at.Name != first.Name), "saw the first one go");
    }

    [Fact]
    public async Task A_newcomer_whose_seed_is_somebody_else_says_so_and_joins_when_the_right_one_is_there()
    {
        string[] places = Gateways.NewPlaces(2);
        Gateway impostor = With(_other.PemFor(HostOf(places[0]), Outgoing), places[0], places[0]);
        await impostor.Sees();
        Gateway newcomer = With(_site.PemFor(HostOf(places[1]), Outgoing), places[1], places[0]);
        await newcomer.Log.Says(places[0], "is refused", "another authority");
        Assert.Null(newcomer.Others);

        await impostor.DisposeAsync();
        Gateway right = With(_site.PemFor(HostOf(places[0]), Outgoing), places[0], places[0]);

        await newcomer.Sees(right);
        await right.Sees(newcomer);
        Assert.Empty(newcomer.Ends);
    }

    private async Task<(Gateway First, Gateway Second)> Good()
    {
        string[] places = Gateways.NewPlaces(2);
        Gateway first = With(_site.PemFor(HostOf(places[0]), Outgoing), places[0], places[0]);
        Gateway second = With(_site.PemFor(HostOf(places[1]), Outgoing), places[1], places[0]);
        await second.Sees(first);
        await first.Sees(second);
        return (first, second);
    }

    private static async Task StillTogether(Gateway first, Gateway second)
    {
        await first.Sees(second);
        await first.HearsFrom(second, [8]);
        await second.HearsFrom(first, [9]);
        Assert.Empty(first.Ends);
        Assert.Empty(second.Ends);
    }

    private Gateway With(string pem, string place, params string[] seeds) =>
        _gateways.Start(Gateways.At(place, seeds) with { Certificate = ClusterCertificate.FromPem(pem) });

    // As a program of somebody else would, that accepts whatever is there.
    private static async Task Dials(Gateway gateway, string certificate, string key)
    {
        using X509Certificate2 made = X509Certificate2.CreateFromPem(certificate, key);
        using X509Certificate2 own = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(gateway.Name));
        await using var stream = new SslStream(client.GetStream(), false, (_, shown, _, _) => shown is not null);
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = HostOf(gateway.Name),
                ClientCertificates = [own],
            });
            Assert.Equal(0, await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Gateways.Patience));
        }
        catch (Exception refused) when (refused is IOException or CryptographicException
            or System.Security.Authentication.AuthenticationException)
        {
            // So it should.
        }
    }

    private static async Task Speaks(Gateway gateway, string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(gateway.Name));
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
        try
        {
            byte[] answer = new byte[100];
            while (await client.GetStream().ReadAsync(answer).AsTask().WaitAsync(Gateways.Patience) > 0)
                Assert.NotEqual((byte)'H', answer[0]);
        }
        catch (IOException)
        {
            // Closed.
        }
    }

    private static string HostOf(string place) => place.Split(':')[0];
}
