namespace Rwho.Tests.Style;

public sealed class LayoutTests
{
    [Fact]
    public void The_solution_lists_every_project() =>
        Rule.Holds(Layout.Unlisted(Repository.TextOf("Rwho.sln"), Repository.Projects));

    [Fact]
    public void Folders_are_called_by_what_is_in_them() =>
        Rule.Holds(Repository.Sources.SelectMany(file => Layout.OfFolders(file.Path)));

    [Fact]
    public void A_project_that_is_not_listed_is_found()
    {
        const string Solution = """
            Project("{FAE0}") = "Actors", "src\Actors\Actors.csproj", "{8E21}"
            """;
        string[] projects = ["src/Actors/Actors.csproj", "src/Lost/Lost.csproj"];
        Assert.Equal("src/Lost/Lost.csproj", Assert.Single(Layout.Unlisted(Solution, projects)).Path);
    }

    [Theory]
    [InlineData("src/Node/Helpers/Text.cs")]
    [InlineData("src/Common/Linux/Text.cs")]
    [InlineData("tests/Lan/utils/Text.cs")]
    public void A_drawer_is_found(string path) => Rule.Finds(Layout.OfFolders(path), 0);

    [Theory]
    [InlineData("src/Node/Linux/Misc.cs")]
    [InlineData("src/Engine.Embedded/InternalActorRef.cs")]
    public void Files_may_be_called_so(string path) => Assert.Empty(Layout.OfFolders(path));
}
