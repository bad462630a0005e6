namespace Rwho.Tests.Lan;

/// <summary>Our node on alpha, Debian's rwhod on beta, users on both, and a crowd of hosts sent by gamma.</summary>
public sealed class MixedLan : IAsyncLifetime
{
    private Node? _node;

    public Lan Lan { get; private set; } = null!;

    public LanHost Alpha { get; private set; } = null!;

    public LanHost Beta { get; private set; } = null!;

    public LanHost Gamma { get; private set; } = null!;

    public DebianDaemon Debian { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (NodeRequirements.Missing is not null)
            return;
        Lan = await Lan.Start();
        LanHost[] hosts = await Lan.AddHosts("alpha", "beta", "gamma");
        (Alpha, Beta, Gamma) = (hosts[0], hosts[1], hosts[2]);
        DateTimeOffset since = DateTimeOffset.UtcNow.AddHours(-30);
        Alpha.LogIn(
            new Login("ann", "pts/0", since, TimeSpan.FromMinutes(5)),
            new Login("robert", "pts/12", since, TimeSpan.FromHours(3)));
        Beta.LogIn(
            new Login("eightchr", "pts/0", since, TimeSpan.Zero),
            new Login("bob", "pts/1", since, TimeSpan.FromHours(30)));
        Debian = await Beta.StartDebian();
        _node = await Node.Start(Alpha);
        // It says this once in three minutes: a Debian daemon that a test stops just then would miss it.
        await Eventually.True(() => Beta.SpoolFile("alpha") is not null, "alpha in beta's spool");
    }

    public async Task DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        if (Lan is not null)
            await Lan.DisposeAsync();
    }
}
