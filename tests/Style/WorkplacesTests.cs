namespace Rwho.Tests.Style;

public sealed class WorkplacesTests
{
    [Fact]
    public void The_text_names_no_folder_of_the_machine_it_was_written_on() => Rule.Holds(
        Repository.TrackedFiles.SelectMany(path => Workplaces.In(path, Repository.TextOf(path))));

    [Theory]
    [InlineData("see /wor" + "k/main for more")]
    [InlineData("cp ../share" + "d/DESIGN.md .")]
    [InlineData("cd /tm" + "p/w/style")]
    [InlineData("cd /tm" + "p/w")]
    public void A_folder_of_such_a_machine_is_found(string line) =>
        Rule.Finds(Workplaces.In("README.md", $"first\n{line}\n"), 2);

    [Theory]
    [InlineData("the spool is in /tmp/whod.test")]
    [InlineData("networks/work at home")]
    public void Other_folders_are_no_matter(string line) => Assert.Empty(Workplaces.In("README.md", line));
}
