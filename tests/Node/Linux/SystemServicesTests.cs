using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public class SystemServicesTests
{
    [Fact]
    public void A_service_that_is_not_listed_has_the_port_given() =>
        Assert.Equal(4711, SystemServices.UdpPort("no-such-service", 4711));

    [Fact]
    public void The_ports_of_listed_services_are_read_in_host_order()
    {
        if (!File.Exists("/etc/services")) return;
        Assert.Equal(53, SystemServices.UdpPort("domain"));
        Assert.Equal(513, SystemServices.UdpPort());
    }

    [Fact]
    public void The_host_name_is_the_kernel_s() =>
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/hostname").TrimEnd('\n'), SystemServices.HostName());
}
