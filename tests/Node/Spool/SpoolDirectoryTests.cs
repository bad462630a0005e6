using System.Diagnostics;
using System.Text;
using Rwho.Actors.Spool;
using Rwho.Node.Spool;
using Rwho.Protocol;
using Rwho.Tests.Node.Linux;

namespace Rwho.Tests.Node.Spool;

public sealed class SpoolDirectoryTests : IDisposable
{
    private const StringComparison Same = StringComparison.Ordinal;

    private readonly TemporaryDirectory place = new();
    private readonly SpoolDirectory spool;

    public SpoolDirectoryTests() => spool = new SpoolDirectory(place.Path);

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_file_is_replaced_as_a_whole_and_nothing_else_is_left()
    {
        spool.Write(Host("alpha"), "a long first content"u8);
        spool.Write(Host("alpha"), "short"u8);
        spool.Write(Host("beta"), []);
        Assert.Equal(["whod.alpha", "whod.beta"], Names());
        Assert.Equal("short", Read("whod.alpha"));
        Assert.Equal("", Read("whod.beta"));
        spool.Delete(Host("alpha"));
        spool.Delete(Host("alpha"));
        Assert.Equal(["whod.beta"], Names());
    }

    [Fact]
    public void A_symbolic_link_is_replaced_and_its_target_untouched()
    {
        using var elsewhere = new TemporaryDirectory();
        var target = elsewhere.Write("target", "precious"u8);
        File.CreateSymbolicLink(Path.Combine(place.Path, "whod.alpha"), target);
        spool.Write(Host("alpha"), "mine"u8);
        Assert.Equal("precious", File.ReadAllText(target));
        Assert.Equal("mine", Read("whod.alpha"));
        Assert.Null(new FileInfo(Path.Combine(place.Path, "whod.alpha")).LinkTarget);
    }

    [Fact]
    public void A_link_in_place_of_the_file_aside_is_never_followed()
    {
        using var elsewhere = new TemporaryDirectory();
        var target = elsewhere.Write("target", "precious"u8);
        File.CreateSymbolicLink(Path.Combine(place.Path, $".rwhod.{Environment.ProcessId}.tmp"), target);
        spool.Write(Host("alpha"), "mine"u8);
        Assert.Equal(("precious", "mine"), (File.ReadAllText(target), Read("whod.alpha")));
        Assert.Equal(["whod.alpha"], Names());
    }

    [Fact]
    public void A_directory_that_is_deleted_is_made_again_and_is_another_then()
    {
        spool.Write(Host("alpha"), "mine"u8);
        Assert.False(spool.IsAnother());
        Directory.Delete(place.Path, recursive: true);
        Assert.True(spool.IsAnother());
        Assert.False(spool.IsAnother());
        spool.Write(Host("beta"), "mine"u8);
        Assert.Equal(["whod.beta"], Names());
        Assert.Equal("rwxr-xr-x", Mode(place.Path));
    }

    [Fact]
    public void Files_that_are_missing_are_noticed()
    {
        HashSet<HostName> hosts = [Host("alpha"), Host("beta")];
        spool.Write(Host("alpha"), "mine"u8);
        place.Write("whod.other", "other"u8);
        Assert.False(spool.Holds(hosts));
        spool.Write(Host("beta"), "mine"u8);
        Assert.True(spool.Holds(hosts));
    }

    [Fact]
    public void Another_directory_in_its_place_is_not_written_to_before_it_is_known_to_be_another()
    {
        var directory = Path.Combine(place.Path, "spool");
        var moved = new SpoolDirectory(directory);
        moved.Write(Host("alpha"), "mine"u8);
        Directory.Move(directory, directory + ".old");
        Directory.CreateDirectory(directory);
        Assert.True(Assert.Throws<SpoolException>(() => moved.Write(Host("alpha"), "mine"u8)).IsWhole);
        Assert.Throws<SpoolException>(() => moved.Delete(Host("alpha")));
        Assert.True(moved.IsAnother());
        moved.Write(Host("beta"), "mine"u8);
        Assert.Equal("whod.beta", Path.GetFileName(Assert.Single(Directory.GetFiles(directory))));
        Assert.Equal("whod.alpha", Path.GetFileName(Assert.Single(Directory.GetFiles(directory + ".old"))));
    }

    // It was written through: whoever could put a link there chose where the files went.
    [Fact]
    public void A_link_that_takes_the_directory_s_place_is_not_followed()
    {
        using var elsewhere = new TemporaryDirectory();
        var directory = Path.Combine(place.Path, "spool");
        var linked = new SpoolDirectory(directory);
        linked.Write(Host("alpha"), "mine"u8);
        Directory.Move(directory, directory + ".old");
        Directory.CreateSymbolicLink(directory, elsewhere.Path);
        foreach (var use in (Action[])[() => linked.Write(Host("alpha"), "mine"u8), () => linked.IsAnother(),
            () => linked.Delete(Host("alpha"))])
        {
            var fault = Assert.Throws<SpoolException>(use);
            Assert.Contains("has become a symbolic link, which is not followed", fault.Message, Same);
        }

        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
        File.Delete(directory);
        Directory.Move(directory + ".old", directory);
        Assert.False(linked.IsAnother());
    }

    [Fact]
    public void A_link_that_was_there_at_the_start_is_followed_wherever_it_points_later()
    {
        using var elsewhere = new TemporaryDirectory();
        using var later = new TemporaryDirectory();
        var link = Path.Combine(place.Path, "link");
        Directory.CreateSymbolicLink(link, elsewhere.Path);
        var linked = new SpoolDirectory(link + "/");
        linked.Prepare();
        File.Delete(link);
        Directory.CreateSymbolicLink(link, later.Path);
        linked.Write(Host("alpha"), "mine"u8);
        Assert.Single(Directory.GetFiles(elsewhere.Path));
        Assert.Empty(Directory.GetFiles(later.Path));
    }

    [Fact]
    public void A_file_that_takes_the_directory_s_place_is_told()
    {
        Directory.Delete(place.Path);
        File.WriteAllText(place.Path, "");
        var fault = Assert.Throws<SpoolException>(() => spool.Write(Host("alpha"), "mine"u8));
        Assert.EndsWith("is no directory any more; put it back", fault.Message, StringComparison.Ordinal);
        File.Delete(place.Path);
        Directory.CreateDirectory(place.Path);
    }

    [Fact]
    public void A_directory_in_a_file_s_place_is_an_error_that_leaves_nothing()
    {
        Directory.CreateDirectory(Path.Combine(place.Path, "whod.alpha"));
        var fault = Assert.Throws<SpoolException>(() => spool.Write(Host("alpha"), "mine"u8));
        Assert.False(fault.IsWhole);
        Assert.Contains("a directory is in its place; remove ", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["whod.alpha"], Names());
        spool.Write(Host("beta"), "goes on"u8);
        Assert.Equal("goes on", Read("whod.beta"));
    }

    [Fact]
    public void A_directory_that_is_gone_is_an_error_until_it_is_there_again()
    {
        var below = Path.Combine(place.Path, "below");
        var gone = new SpoolDirectory(Path.Combine(below, "spool"));
        Assert.Empty(gone.ReadAll());
        var fault = Assert.Throws<SpoolException>(() => gone.Write(Host("alpha"), "mine"u8));
        Assert.True(fault.IsWhole);
        Assert.Contains("is gone and cannot be made again (No such file or directory); make it: install -d -o ",
            fault.Message, StringComparison.Ordinal);
        gone.Prepare();
        gone.Write(Host("alpha"), "mine"u8);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(below, "spool", "whod.alpha")));
    }

    [Fact]
    public void What_a_killed_daemon_left_is_cleared_away_and_nothing_else()
    {
        place.Write(".rwhod.1.tmp", "half"u8);
        place.Write($".rwhod.{Environment.ProcessId}.tmp", "half"u8);
        place.Write("whod.alpha", "kept"u8);
        place.Write(".hidden", "kept"u8);
        spool.Prepare();
        Assert.Equal([".hidden", "whod.alpha"], Names());
    }

    [Fact]
    public void A_file_in_the_spool_s_place_is_an_error() =>
        Assert.ThrowsAny<IOException>(() => new SpoolDirectory(place.Write("file", "x"u8)).Prepare());

    [Theory]
    [InlineData("$(id)")]
    [InlineData("..")]
    [InlineData("-rf")]
    [InlineData("*")]
    [InlineData("a\\b")]
    [InlineData("\"'%s")]
    public void A_strange_name_is_a_file_like_any_other(string name)
    {
        spool.Write(Host(name), "mine"u8);
        Assert.Equal(["whod." + name], Names());
        spool.Delete(Host(name));
        Assert.Empty(Names());
    }

    [Fact]
    public async Task Only_files_are_read_and_no_more_of_them_than_counts()
    {
        place.Write("whod.alpha", "alpha"u8);
        place.Write("whod.empty", []);
        place.Write("whod.long", new byte[5000]);
        place.Write("whodalpha", "other"u8);
        place.Write("WHOD.alpha", "other"u8);
        Directory.CreateDirectory(Path.Combine(place.Path, "whod.directory"));
        File.CreateSymbolicLink(Path.Combine(place.Path, "whod.dangling"), "nowhere");
        using (var fifo = Process.Start("mkfifo", Path.Combine(place.Path, "whod.fifo"))) await fifo.WaitForExitAsync();
        var read = await Task.Run(() => spool.ReadAll().Where(file => file.FileName != "whod.fifo")
            .Select(file => $"{file.FileName} {file.Content.Length}").Order().ToList()).WaitAsync(Eventually.Deadline);
        Assert.Equal(["whod.alpha 5", "whod.empty 0", "whod.long 1068"], read);
    }

    [Fact]
    public async Task Readers_never_see_a_torn_file()
    {
        const int Rounds = 2000;
        byte[][] contents = [.. Enumerable.Range(1, 9).Select(i => Enumerable.Repeat((byte)i, i * 100).ToArray())];
        spool.Write(Host("alpha"), contents[0]);
        using var done = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var round = 0; round < Rounds; round++) spool.Write(Host("alpha"), contents[round % contents.Length]);
            done.Cancel();
        });
        var seen = 0;
        while (!done.IsCancellationRequested)
        {
            foreach (var (name, content) in spool.ReadAll())
            {
                Assert.Equal("whod.alpha", name);
                Assert.Equal(contents[content[0] - 1], content);
                seen++;
            }
        }

        await writer;
        Assert.True(seen > 0);
    }

    private static string Mode(string path) => string.Concat(
        "rwxrwxrwx".Select((letter, i) => ((int)File.GetUnixFileMode(path) >> (8 - i) & 1) == 1 ? letter : '-'));

    private static HostName Host(string name) =>
        HostName.TryParse(name, out var host) ? host : throw new ArgumentException(name);

    private string Read(string name) => Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(place.Path, name)));

    private IEnumerable<string?> Names() =>
        Directory.GetFileSystemEntries(place.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
