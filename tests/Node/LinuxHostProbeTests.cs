using Rwho.Node.Linux;

namespace Rwho.Tests.Node;

public class LinuxHostProbeTests
{
    [Fact]
    public void This_machine_tells_sane_values()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var reading = new LinuxHostProbe().Read(now);
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0]);
        Assert.InRange(now - reading.BootTime, uptime - 60, uptime + 60);
        foreach (var load in (int[])[reading.Load.One, reading.Load.Five, reading.Load.Fifteen])
            Assert.InRange(load, 0, 10_000_00);
        Assert.All(reading.Users, user => Assert.NotEqual(0UL, user.Name));
    }

    [Fact]
    public void Reading_again_tells_the_same_boot_time()
    {
        var probe = new LinuxHostProbe();
        Assert.Equal(probe.Read(1_800_000_000).BootTime, probe.Read(1_900_000_000).BootTime);
    }
}
