using Rwho.Actors;
using Rwho.Protocol;

namespace Rwho.Tests.Style;

public sealed class ReferencesTests
{
    private const string Logging = "Microsoft.Extensions.Logging.Abstractions";
    private const string Json = "Newtonsoft.Json";
    private static readonly CompiledAssembly Protocol = CompiledAssembly.Of(typeof(WhodCodec).Assembly);
    private static readonly CompiledAssembly Actors = CompiledAssembly.Of(typeof(NodeProtocol).Assembly);

    [Fact]
    public void Protocol_stands_alone()
    {
        Rule.Holds(OfProject("src/Protocol/Protocol.csproj", projects: [], packages: []));
        Rule.Holds(References.OfAssembly(Protocol));
    }

    [Fact]
    public void Protocol_touches_no_socket_file_or_clock() => Rule.Holds(
        [.. References.ToSockets(Protocol), .. References.ToFiles(Protocol), .. References.ToClocks(Protocol)]);

    [Fact]
    public void Actors_know_the_protocol_and_the_engine_only()
    {
        Rule.Holds(OfProject("src/Actors/Actors.csproj", ["../Protocol/", "../Engine."], [Logging, Json]));
        Rule.Holds(References.OfAssembly(Actors, [Logging, Json, Protocol.Name, .. EngineApi.Assemblies]));
    }

    [Fact]
    public void Actors_touch_no_socket_and_no_file() => Rule.Holds(
    [
        .. References.ToSockets(Actors, "SocketException", "SocketError", "AddressFamily"),
        .. References.ToFiles(Actors),
    ]);

    [Fact]
    public void The_engines_know_no_project()
    {
        Rule.Holds(OfProject("src/Engine.Embedded/Engine.Embedded.csproj", projects: [], [Logging]));
        Rule.Holds(OfProject("src/Engine.Akka/Engine.Akka.csproj", projects: [], ["Akka", "Akka.Cluster", Logging]));
    }

    [Fact]
    public void A_reference_the_wrong_way_is_found() => Rule.Finds(
        References.OfProjectFile("src/Protocol/Protocol.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup>
                <PackageReference Include="Newtonsoft.Json" />
                <ProjectReference Include="../Actors/Actors.csproj" />
                <ProjectReference Include="../Fine/Fine.csproj" />
              </ItemGroup>
            </Project>
            """, ["../Fine/"], []),
        3, 4);

    [Fact]
    public void A_use_of_another_project_is_found()
    {
        var sample = Emitted("class C { object Node = Rwho.Actors.NodeProtocol.Stop.Instance; }");
        Assert.Contains(References.OfAssembly(sample), finding => finding.What.Contains(Actors.Name));
        Assert.Empty(References.OfAssembly(sample, Actors.Name));
    }

    [Theory]
    [InlineData("System.IO.File.Exists(\"x\")")]
    [InlineData("System.IO.Directory.GetFiles(\"x\")")]
    [InlineData("new System.IO.FileStream(\"x\", System.IO.FileMode.Open)")]
    public void A_use_of_files_is_found(string expression) => Assert.NotEmpty(References.ToFiles(Using(expression)));

    [Fact]
    public void A_use_of_sockets_is_found()
    {
        Assert.NotEmpty(References.ToSockets(Using("new System.Net.Sockets.UdpClient()"), "SocketError"));
        Assert.NotEmpty(References.ToSockets(Using("new System.Net.Sockets.SocketException()")));
        Assert.Empty(References.ToSockets(Using("new System.Net.Sockets.SocketException()"), "SocketException"));
    }

    [Theory]
    [InlineData("System.DateTime.Now")]
    [InlineData("System.DateTimeOffset.UtcNow")]
    [InlineData("System.Environment.TickCount64")]
    [InlineData("System.TimeProvider.System")]
    [InlineData("System.Diagnostics.Stopwatch.GetTimestamp()")]
    public void A_use_of_a_clock_is_found(string expression) => Assert.NotEmpty(References.ToClocks(Using(expression)));

    private static IEnumerable<Finding> OfProject(
        string path, IReadOnlyList<string> projects, IReadOnlyList<string> packages) =>
        References.OfProjectFile(path, Repository.TextOf(path), projects, packages);

    private static CompiledAssembly Using(string expression) => Emitted($"class C {{ object Used => {expression}; }}");

    private static CompiledAssembly Emitted(string text) => Compiling.Emit(new SourceFile("sample.cs", text));
}
