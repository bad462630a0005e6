using Rwho.Node;
using Rwho.Node.Configuration;

namespace Rwho.Tests.Node.Configuration;

public sealed class DaemonOptionsTests : IDisposable
{
    private readonly Linux.TemporaryDirectory place = new();

    public static TheoryData<string> Names => [.. Setting.All.Select(setting => setting.Name)];

    public void Dispose() => place.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void An_option_and_the_key_of_its_name_say_the_same(string name)
    {
        var setting = Setting.All.Single(setting => setting.Name == name);
        var value = setting.Kind == SettingKind.Flag ? null : Options.Samples[name];
        var fromFile = Options.Show(Options.ReadJson(Options.Json(setting)));
        Assert.Equal(fromFile, Options.Show(Options.Read(["--" + name, .. Value(value)])));
        if (setting.Letter is { } letter)
            Assert.Equal(fromFile, Options.Show(Options.Read(["-" + letter, .. Value(value)])));
        if (value is not null) Assert.Equal(fromFile, Options.Show(Options.Read($"--{name}={value}")));
        if (name != "all-interfaces") Assert.NotEqual(Options.Show(new DaemonConfiguration()), fromFile);

        static string[] Value(string? value) => value is null ? [] : [value];
    }

    [Fact]
    public void All_keys_at_once_are_the_sum_of_them()
    {
        var keys = Setting.All.Where(setting => setting.Name != "all-interfaces").ToList();
        var text = "{" + string.Join(",", keys.Select(setting => Options.Json(setting).Trim().Trim('{', '}'))) + "}";
        var expected = keys.Aggregate(new DaemonConfiguration(), (configuration, setting) =>
            setting.Apply(configuration, setting.Kind == SettingKind.Flag ? "" : Options.Samples[setting.Name]));
        Assert.Equal(Options.Show(expected), Options.Show(Options.ReadJson(text)));
    }

    [Theory]
    [InlineData("", true, true)]
    [InlineData("-b", true, false)]
    [InlineData("-p", false, true)]
    [InlineData("-a", true, true)]
    [InlineData("-b -p", false, true)]
    [InlineData("-p -b", true, false)]
    [InlineData("-b -p -a", true, true)]
    [InlineData("-a -p", false, true)]
    [InlineData("-bp", false, true)]
    [InlineData("-pb", true, false)]
    [InlineData("-abp", false, true)]
    [InlineData("--broadcast-only --all-interfaces", true, true)]
    public void Of_a_b_and_p_the_last_one_counts(string args, bool broadcast, bool pointToPoint)
    {
        var configuration = Options.Read(args.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((broadcast, pointToPoint), (configuration.Broadcast, configuration.PointToPoint));
    }

    [Theory]
    [InlineData("", "beta 5130 60s [eth0 eth1]")]
    [InlineData("--port 7", "beta 7 60s [eth0 eth1]")]
    [InlineData("--name gamma --interval 5", "gamma 5130 5s [eth0 eth1]")]
    [InlineData("-i eth2", "beta 5130 60s [eth2]")]
    [InlineData("-i eth2 -b --interface eth3", "beta 5130 60s [eth2 eth3]")]
    public void The_command_line_counts_more_than_the_file(string args, string expected)
    {
        var file = place.Write("rwhod.json",
            """{ "name": "beta", "port": 5130, "interval": "60s", "interface": ["eth0", "eth1"] }"""u8);
        var it = Options.Read(["--config", file, .. args.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(expected,
            $"{it.Name} {it.Port} {it.Interval.TotalSeconds}s [{string.Join(' ', it.Interfaces)}]");
    }

    [Theory]
    [InlineData("-m", 1)]
    [InlineData("-m 0", 0)]
    [InlineData("-m 32", 32)]
    [InlineData("--multicast=4", 4)]
    [InlineData("-m -b", 1)]
    [InlineData("-m 2 -m 3", 3)]
    public void Multicast_needs_no_number(string args, int ttl) =>
        Assert.Equal(ttl, Options.Read(args.Split(' ')).MulticastTtl);

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "65536")]
    [InlineData("--port", "-1")]
    [InlineData("--port", "who")]
    [InlineData("--port", "5 13")]
    [InlineData("--interval", "0")]
    [InlineData("--interval", "999ms")]
    [InlineData("--interval", "661")]
    [InlineData("--interval", "4294967295d")]
    [InlineData("--interval", "soon")]
    [InlineData("--name", "")]
    [InlineData("--name", "a b")]
    [InlineData("--name", "a/b")]
    [InlineData("--name", "a\tb")]
    [InlineData("--name", "caf\u00e9")]
    [InlineData("--name", "0123456789012345678901234567890x")]
    [InlineData("--spool", "")]
    [InlineData("--record", "")]
    [InlineData("--user", "")]
    [InlineData("-i", "")]
    [InlineData("-m", "33")]
    [InlineData("-m", "x")]
    [InlineData("--hosts-max", "0")]
    [InlineData("--hosts-max", "1000001")]
    [InlineData("--rate-max", "-1")]
    [InlineData("--forget", "10m")]
    [InlineData("--forget", "36501d")]
    public void A_value_out_of_its_limits_is_a_usage_error_that_names_them(string option, string value)
    {
        var failure = Assert.Throws<ExitException>(() => Options.Read(option, value));
        Assert.Equal(ExitStatus.Usage, failure.Status);
        Assert.StartsWith($"{option} takes ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port=1")]
    [InlineData("--port=65535")]
    [InlineData("--interval=1s")]
    [InlineData("--interval=11m")]
    [InlineData("--name=0123456789012345678901234567890")]
    [InlineData("--hosts-max=1000000")]
    [InlineData("--rate-max=0")]
    [InlineData("--forget=36500d")]
    [InlineData("--name=@file")]
    public void The_limits_themselves_are_taken(string option) => Assert.NotNull(Options.Read(option));

    [Fact]
    public void To_listen_only_and_to_send_only_is_nothing()
    {
        var failure = Assert.Throws<ExitException>(() => Options.Read("-l", "--send-only"));
        Assert.Equal(ExitStatus.Usage, failure.Status);
        Assert.Contains("choose one", failure.Message, StringComparison.Ordinal);
        var file = place.Write("rwhod.json", """{ "listen-only": true }"""u8);
        Assert.Throws<ExitException>(() => Options.Read("--config", file, "--send-only"));
    }

    [Fact]
    public void To_send_only_leaves_nothing_to_record() => Assert.Equal(
        (ExitStatus.Usage, "--send-only leaves nothing to --record: choose one"),
        Assert.Throws<ExitException>(() => Options.Read("--record", "rwho.pcap", "--send-only")) is var failure
            ? (failure.Status, failure.Message) : default);

    [Fact]
    public void A_recording_s_path_is_from_where_the_daemon_is_started() => Assert.Equal(
        Path.Combine(Environment.CurrentDirectory, "rwho.pcap"), Options.Read("--record", "rwho.pcap").Record);

    [Theory]
    [InlineData("")]
    [InlineData("/nonexistent/rwhod.json")]
    [InlineData("/proc")]
    public void A_file_that_cannot_be_read_is_named(string path)
    {
        var failure = Assert.Throws<ExitException>(() => Options.Read("--config", path));
        Assert.Equal(ExitStatus.Configuration, failure.Status);
        Assert.StartsWith($"cannot read the configuration \"{path}\": ", failure.Message, StringComparison.Ordinal);
    }
}
