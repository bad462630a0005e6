using System.Text.RegularExpressions;
using Rwho.Node.Configuration;
using Rwho.Tests.Node.Program;

namespace Rwho.Tests.Node.Configuration;

/// <summary>deploy/rwhod.json, which the packages install as /etc/rwho/rwhod.json.</summary>
public sealed partial class SampleFileTests
{
    private static readonly string Sample = ManPageTests.Text("deploy/rwhod.json");

    [Fact]
    public void As_it_is_it_changes_nothing() => Assert.Equal(new DaemonConfiguration(), Read(Sample));

    [Fact]
    public void Every_setting_in_it_may_be_uncommented_as_it_stands()
    {
        var settings = Commented().Matches(Sample).ToList();
        Assert.True(settings.Count > 5);
        foreach (var setting in settings)
        {
            var one = Sample.Replace(setting.Value, setting.Value.Replace("// ", "", StringComparison.Ordinal),
                StringComparison.Ordinal);
            Assert.NotEqual(new DaemonConfiguration(), Read(one));
        }

        var all = Read(Commented().Replace(Sample, "  \"$1"));
        Assert.Equal("eth0 eth1", string.Join(' ', all.Interfaces));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), 2), (all.Interval, all.Forget, all.Allow.Length));
    }

    private static DaemonConfiguration Read(string text) =>
        ConfigurationFile.Parse(text, "rwhod.json", new DaemonConfiguration());

    /// <summary>Such as "  // "interval": "60s",".</summary>
    [GeneratedRegex("^  // \"(.*)$", RegexOptions.Multiline)]
    private static partial Regex Commented();
}
