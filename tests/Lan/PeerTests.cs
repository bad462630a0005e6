namespace Rwho.Tests.Lan;

/// <summary>Our node and Debian's programs on one LAN cannot tell the difference.</summary>
public sealed class PeerTests(MixedLan site) : IClassFixture<MixedLan>
{
    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);
    private static readonly string[] FromSpool = ["--spool", LanHost.Spool];

    /// <summary>No two alike, as Debian leaves the order of equals to chance.</summary>
    private static readonly int[] UsersOfCrowd = [9, 7, 5, 3, 0, 11];

    [NodeFact]
    public async Task Each_spool_holds_the_other_within_five_seconds_of_an_announcement()
    {
        await Eventually.Within(FiveSeconds, () => site.Beta.SpoolFile("alpha")?.Length == 108,
            () => "alpha with two users in beta's spool");
        await site.Debian.Stop();
        await site.Beta.StartDebian();
        await Eventually.Within(FiveSeconds, () => site.Alpha.SpoolFile("beta")?.Length == 108,
            () => "beta with two users in alpha's spool");
    }

    [NodeTheory]
    [InlineData("ruptime", "")]
    [InlineData("ruptime", "-a")]
    [InlineData("ruptime", "-l")]
    [InlineData("ruptime", "-t")]
    [InlineData("ruptime", "-u")]
    [InlineData("ruptime", "-a -r")]
    [InlineData("ruptime", "-lr")]
    [InlineData("rwho", "")]
    [InlineData("rwho", "-a")]
    public async Task Our_clients_print_what_Debians_do_on_the_spool_of_either_daemon(string client, string options)
    {
        await FillSpools();
        string[] arguments = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string link = NodeProgram.LinkTo(client, site.Gamma);
        foreach (LanHost writer in new[] { site.Alpha, site.Beta })
        {
            CopySpool(writer, site.Gamma);
            Outcome debian = await site.Gamma.Run($"/usr/bin/{client}", arguments);
            Assert.Contains(writer.Name, debian.Text, StringComparison.Ordinal);
            Assert.Contains("crowd4", debian.Text, StringComparison.Ordinal);
            Outcome ours = await site.Gamma.Run(NodeProgram.Path, [client, .. FromSpool, .. arguments]);
            Outcome called = await site.Gamma.Run(link, [.. FromSpool, .. arguments]);
            Outcome unasked = await site.Gamma.Run(link, arguments);
            Assert.Equal(debian.ToString(), ours.ToString());
            Assert.Equal(debian.ToString(), called.ToString());
            Assert.Equal(debian.ToString(), unasked.ToString());
        }
    }

    private async Task FillSpools()
    {
        if (site.Alpha.SpoolFile("beta") is null)
        {
            await site.Debian.Stop();
            await site.Beta.StartDebian();
        }

        for (int i = 0; i < UsersOfCrowd.Length; i++)
        {
            var announcement = new Announcement($"crowd{i + 1}")
            {
                BootTime = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds() - (uint)(37 + (i * 50_000)),
                Load = (i * 331, 10, 0),
                Users = Crowd.Of(UsersOfCrowd[i]),
            };
            await site.Gamma.Send(announcement.ToBytes(), site.Lan.Broadcast);
        }

        foreach (LanHost host in new[] { site.Alpha, site.Beta })
        {
            await Eventually.True(
                () => host.SpoolFile("crowd6") is not null && host.SpoolFile("alpha") is not null
                    && host.SpoolFile("beta") is not null,
                () => $"everybody in the spool of {host.Name}, not only {string.Join(' ', host.SpoolNames)}");
        }
    }

    /// <summary>The crowd and the writer: two hosts of one machine would be equal in load and uptime.</summary>
    private static void CopySpool(LanHost writer, LanHost reader)
    {
        reader.ClearSpool();
        foreach (string name in writer.SpoolNames.Where(
            name => name == writer.Name || name.StartsWith("crowd", StringComparison.Ordinal)))
            File.WriteAllBytes(reader.PathOf($"{LanHost.Spool}/whod.{name}"), writer.SpoolFile(name)!);
    }
}
