using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public sealed class OpenFilesTests
{
    [Theory]
    [InlineData(1048576, 4096)]
    [InlineData(ulong.MaxValue, 4096)]
    [InlineData(1024, 832)]
    [InlineData(250, 58)]
    [InlineData(200, 16)]
    [InlineData(0, 16)]
    public void Clients_take_no_more_files_than_the_node_can_spare(ulong limit, int connections) =>
        Assert.Equal(connections, OpenFiles.Connections(limit, 4096));

    [Fact]
    public void The_limit_is_asked_of_the_system() => Assert.InRange(OpenFiles.Connections(4096), 16, 4096);
}
