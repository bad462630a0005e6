using System.Diagnostics;
using System.Text;
using Rwho.Node.Linux;
using Rwho.Tests.Node.Linux;

namespace Rwho.Tests.Node;

public sealed class LinuxHostProbeTests : IDisposable
{
    private const long Now = 1_800_000_000;

    private readonly TemporaryDirectory root = new();

    public LinuxHostProbeTests()
    {
        foreach (var directory in (string[])["proc", "run/systemd/sessions"])
            Directory.CreateDirectory(Path.Combine(root.Path, directory));
        root.Write("proc/loadavg", "0.32 0.21 0.12 1/99 4711\n"u8);
        root.Write("proc/stat", "cpu 1 2 3\nbtime 1799990000\n"u8);
        root.Write("run/systemd/sessions/1", "USER=ann\nCLASS=user\nTTY=pts/0\nREALTIME=1799999000000000\n"u8);
    }

    public void Dispose() => root.Dispose();

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
        Assert.Empty(reading.Unread);
    }

    [Fact]
    public void Reading_again_tells_the_same_boot_time()
    {
        var probe = new LinuxHostProbe();
        Assert.Equal(probe.Read(1_800_000_000).BootTime, probe.Read(1_900_000_000).BootTime);
    }

    [Fact]
    public void A_system_without_utmp_lacks_nothing()
    {
        var reading = new LinuxHostProbe(root.Path).Read(Now);
        Assert.Empty(reading.Unread);
        Assert.Equal((32, 1_799_990_000), (reading.Load.One, reading.BootTime));
        Assert.Single(reading.Users);
        Directory.Delete(Path.Combine(root.Path, "run/systemd"), recursive: true);
        Assert.Empty(new LinuxHostProbe(root.Path).Read(Now).Unread);
    }

    /// <summary>What takes the place of a file, and what is said of it.</summary>
    public static TheoryData<string, string, string> Faults()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (file, emptyIs) in ((string, string)[])
            [("proc/loadavg", "no loads in it"), ("proc/stat", "no btime in it"), ("run/utmp", "")])
        {
            data.Add(file, "directory", "not a regular file");
            data.Add(file, "fifo", "not a regular file");
            data.Add(file, "loop", "Too many levels of symbolic links");
            data.Add(file, "empty", emptyIs);
            data.Add(file, "garbage", emptyIs.Length > 0 ? emptyIs : "no records of utmp in it");
            data.Add(file, "huge", emptyIs.Length > 0 ? emptyIs : "");
            if (file.StartsWith("proc", StringComparison.Ordinal)) data.Add(file, "missing", "it does not exist");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_of_a_file_is_told_and_the_rest_is_as_it_was(string file, string fault, string why)
    {
        var probe = new LinuxHostProbe(root.Path);
        var before = probe.Read(Now);
        var path = Path.Combine(root.Path, file);
        File.Delete(path);
        await Make(path, fault);
        var reading = await Task.Run(() => probe.Read(Now)).WaitAsync(Eventually.Deadline);
        Assert.Equal(why.Length > 0 ? [$"{path}: {why}"] : [],
            reading.Unread.Select(unread => $"{unread.Path}: {unread.Why}"));
        Assert.Equal((before.Load, before.BootTime), (reading.Load, reading.BootTime));
        Assert.Equal(before.Users.Select(user => user.LineText), reading.Users.Select(user => user.LineText));
    }

    [Fact]
    public void A_boot_time_that_was_never_told_stands_still()
    {
        File.Delete(Path.Combine(root.Path, "proc/stat"));
        var probe = new LinuxHostProbe(root.Path);
        var first = probe.Read(Now).BootTime;
        Assert.True(first <= Now);
        Assert.Equal(first, probe.Read(Now + 500).BootTime);
    }

    [Fact]
    public void Sessions_that_are_no_directory_are_told()
    {
        var sessions = Path.Combine(root.Path, "run/systemd/sessions");
        Directory.Delete(sessions, recursive: true);
        root.Write("run/systemd/sessions", "file"u8);
        var reading = new LinuxHostProbe(root.Path).Read(Now);
        Assert.Equal(sessions, Assert.Single(reading.Unread).Path);
        Assert.Empty(reading.Users);
    }

    private static async Task Make(string path, string fault)
    {
        switch (fault)
        {
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "fifo":
                using (var fifo = Process.Start("mkfifo", path)) await fifo.WaitForExitAsync();
                break;
            case "loop":
                File.CreateSymbolicLink(path, path);
                break;
            case "empty":
                await File.WriteAllBytesAsync(path, []);
                break;
            case "garbage":
                await File.WriteAllBytesAsync(path, Encoding.ASCII.GetBytes(new string('x', 1001)));
                break;
            case "huge":
                using (var huge = File.Create(path)) huge.SetLength(1L << 34);
                break;
        }
    }
}
