namespace Rwho.Tests.Style;

/// <summary>A fact that needs systemd-analyze; skipped where there is none.</summary>
public sealed class UnitFactAttribute : FactAttribute
{
    public UnitFactAttribute() => Skip = ServiceUnit.CanBeAnalysed ? null! : "needs systemd-analyze";
}

public sealed class ServiceUnitTests
{
    /// <summary>By systemd 252. Lower it when the unit gets better; what raises it is explained there.</summary>
    private const decimal Exposure = 1.9m;

    private static readonly string Unit = Repository.TextOf("deploy/systemd/rwhod.service");

    [UnitFact]
    public async Task Systemd_understands_every_line() => Assert.Empty(await ServiceUnit.Complaints(Unit));

    [UnitFact]
    public async Task Its_exposure_does_not_rise() =>
        Assert.InRange(await ServiceUnit.Exposure(Unit), 0, Exposure);

    [UnitFact]
    public async Task What_is_left_open_is_named_in_the_unit() => Assert.All(
        await ServiceUnit.LeftOpen(Unit), name => Assert.Contains($"{name}=", Unit, StringComparison.Ordinal));

    [UnitFact]
    public async Task A_unit_that_is_worse_is_found()
    {
        Assert.NotEmpty(await ServiceUnit.Complaints(Unit + "[Service]\nProtectSystem=nonsense\n"));
        var open = Unit.Replace("NoNewPrivileges=yes", "", StringComparison.Ordinal);
        Assert.True(await ServiceUnit.Exposure(open) > Exposure);
        Assert.Contains("NoNewPrivileges", await ServiceUnit.LeftOpen(open));
    }

    [Fact]
    public void The_system_is_told_to_grant_what_the_node_asks_for()
    {
        Assert.Contains("AskedBytes = 4 << 20;", Repository.TextOf("src/Actors/Udp/ReceiveBuffer.cs"),
            StringComparison.Ordinal);
        Assert.Contains($"net.core.rmem_max = {4 << 20}\n", Repository.TextOf("deploy/sysctl.d/60-rwhod.conf"),
            StringComparison.Ordinal);
    }
}
