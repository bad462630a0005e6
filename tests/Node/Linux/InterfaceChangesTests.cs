using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public class InterfaceChangesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [NamespaceFact]
    public void Every_kind_of_change_is_heard() => Namespace.Run(() =>
    {
        string[] commands =
        [
            "link add lan0 type veth peer name lan1",
            "link set lan1 up",
            "link set lan0 up",
            "addr add 10.9.1.1/24 brd + dev lan0",
            "addr add 10.9.1.2/24 brd + dev lan0 label lan0:1",
            "addr change 10.9.1.1/24 brd 10.9.1.254 dev lan0",
            "-6 addr add fd00:9::1/64 dev lan0 nodad",
            "-6 addr del fd00:9::1/64 dev lan0",
            "addr del 10.9.1.2/24 dev lan0",
            "link set lan0 down",
            "link del lan0",
        ];
        using var heard = new SemaphoreSlim(0);
        using var changes = new InterfaceChanges(() => heard.Release());
        foreach (var command in commands)
        {
            while (heard.Wait(0)) { }
            Namespace.Ip(command);
            Assert.True(heard.Wait(Patience), command);
        }
    });

    [Fact]
    public async Task It_can_be_closed_at_any_time()
    {
        for (var round = 0; round < 20; round++)
        {
            var changes = new InterfaceChanges(() => { });
            changes.Dispose();
            await changes.Completion.WaitAsync(Patience);
        }
    }
}
