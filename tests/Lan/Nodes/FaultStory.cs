using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Rwho.Tests.Lan;

/// <summary>A fault on a host with a node of ours: made and mended, told in the log, and timed.</summary>
public sealed class FaultStory(string name, LanHost host, HostProcess process, ITestOutputHelper output)
{
    private TimeSpan _told;
    private long _began;

    /// <summary>The fault begins, by a script that root runs on the host.</summary>
    public Task Break(string script) => Break(() => Shell(script));

    /// <summary>The fault begins.</summary>
    public async Task Break(Func<Task> make)
    {
        await make();
        _began = Stopwatch.GetTimestamp();
    }

    /// <summary>The node says so, in one line of its log.</summary>
    public async Task IsTold(string line)
    {
        await Eventually.True(
            () => Lines(line) > 0, () => $"a line like '{line}' on {name}: {process.Errors}");
        _told = Stopwatch.GetElapsedTime(_began);
    }

    /// <summary>The fault ends, by a script that root runs on the host.</summary>
    public Task Mend(string script, Func<Task<bool>> isWell, string what) =>
        Mend(() => Shell(script), isWell, what);

    /// <summary>The fault ends; from now on the node has to be well again by itself.</summary>
    public async Task Mend(Func<Task> mend, Func<Task<bool>> isWell, string what)
    {
        await mend();
        long mended = Stopwatch.GetTimestamp();
        await Eventually.Answer(isWell, well => well, $"{name}: {what}; {process.Errors}");
        output.WriteLine(
            $"{name}: told after {_told.TotalSeconds:F1} s, well {Stopwatch.GetElapsedTime(mended).TotalSeconds:F1} s "
            + "after the fault was over");
    }

    /// <summary>How many lines of the log say this, by a regular expression.</summary>
    public int Lines(string like) => process.Errors.Split('\n').Count(line => Regex.IsMatch(line, like));

    private async Task Shell(string script)
    {
        Outcome outcome = await host.Run("/bin/sh", "-ec", script);
        if (outcome.Status != 0) throw new InvalidOperationException($"{name}: {script}: {outcome}");
    }
}
