using Rwho.Actors.Udp;
using Rwho.Node;
using Rwho.Node.Recording;
using Rwho.Tests.Node.Linux;

namespace Rwho.Tests.Node.Recording;

/// <summary>Which files become a recording, and which are left alone.</summary>
public sealed class RecordFileTests : IDisposable
{
    private readonly TemporaryDirectory place = new();

    private string FilePath => Path.Combine(place.Path, "rwho.pcap");

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_new_file_is_for_its_owner_alone()
    {
        Assert.Equal("to be made", RecordFile.Describe(FilePath));
        using (RecordFile.Open(FilePath).Content) { }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Equal("to be replaced", RecordFile.Describe(FilePath));
    }

    [Fact]
    public void An_earlier_recording_stays_until_the_next_one_starts()
    {
        byte[] earlier = [.. Header(), 1, 2, 3];
        place.Write("rwho.pcap", earlier);
        Assert.Equal("to be replaced", RecordFile.Describe(FilePath));
        var file = RecordFile.Open(FilePath);
        Assert.Equal(earlier, File.ReadAllBytes(FilePath));
        using var recorder = new Recorder(file.Content, FilePath, TimeProvider.System, new Lines());
        recorder.Start();
        recorder.Dispose();
        Assert.Equal(Header(), File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void An_empty_file_that_the_operator_made_ready_is_taken_with_its_mode()
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(place.Write("rwho.pcap", []), Mode);
        using (RecordFile.Open(FilePath).Content) { }
        Assert.Equal(Mode, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void What_is_no_recording_is_refused_and_left_as_it_is()
    {
        var tcpdump = Header();
        (tcpdump[16], tcpdump[18]) = (0, 4); // 262144, as tcpdump has it
        foreach (var (what, content) in ((string, byte[])[])
        [
            ("text", "{ \"name\": \"beta\" }\n"u8.ToArray()), ("one byte", [0xD4]), ("half a header", Header()[..12]),
            ("another program's capture", tcpdump), ("zeros", new byte[100]),
        ])
        {
            place.Write("rwho.pcap", content);
            AssertRefused("it is there already, and is no recording of rwhod's", "move it away");
            Assert.Equal((what, Convert.ToHexString(content)),
                (what, Convert.ToHexString(File.ReadAllBytes(FilePath))));
        }
    }

    [Fact]
    public void A_symbolic_link_is_not_followed_wherever_it_leads()
    {
        foreach (var (name, content) in ((string, byte[]?)[])[("ours", Header()), ("empty", []), ("missing", null)])
        {
            var target = Path.Combine(place.Path, name);
            if (content is not null) File.WriteAllBytes(target, content);
            File.CreateSymbolicLink(FilePath, target);
            AssertRefused("it is a symbolic link, which is not followed", "name another file");
            Assert.Equal(content is not null, File.Exists(target));
            File.Delete(FilePath);
        }
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/full")]
    [InlineData("/tmp")]
    public void Neither_a_device_nor_a_directory_becomes_a_recording(string path)
    {
        var failure = Assert.Throws<ExitException>(() => RecordFile.Open(path));
        Assert.Equal(ExitStatus.InputOutput, failure.Status);
        Assert.Contains("it is no regular file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_directory_is_told()
    {
        var path = Path.Combine(place.Path, "missing", "rwho.pcap");
        Assert.Equal("cannot be made: its directory does not exist", RecordFile.Describe(path));
        var failure = Assert.Throws<ExitException>(() => RecordFile.Open(path));
        Assert.Equal(
            (ExitStatus.InputOutput, $"cannot record to {path}: No such file or directory; "
                + "mend that, or name another file with --record"), (failure.Status, failure.Message));
    }

    [Fact]
    public void A_file_that_was_moved_away_is_at_its_place_no_more()
    {
        var file = RecordFile.Open(FilePath);
        using (file.Content)
        {
            Assert.True(file.IsAt(FilePath));
            Assert.False(file.IsAt(FilePath + "2"));
            File.Move(FilePath, FilePath + "2");
            Assert.False(file.IsAt(FilePath));
            place.Write("rwho.pcap", []);
            Assert.False(file.IsAt(FilePath));
        }
    }

    private static byte[] Header()
    {
        var header = new byte[PcapFile.HeaderBytes];
        PcapFile.WriteHeader(header);
        return header;
    }

    private void AssertRefused(string why, string advice)
    {
        Assert.StartsWith($"refused: {why}", RecordFile.Describe(FilePath), StringComparison.Ordinal);
        var failure = Assert.Throws<ExitException>(() => RecordFile.Open(FilePath));
        Assert.Equal(ExitStatus.InputOutput, failure.Status);
        Assert.StartsWith($"cannot record to {FilePath}: {why}; {advice}", failure.Message, StringComparison.Ordinal);
    }
}
