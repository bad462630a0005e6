using System.Diagnostics;

namespace Rwho.Tests.Style;

/// <summary>A fact that needs shellcheck; skipped where there is none, except in CI.</summary>
public sealed class ScriptFactAttribute : FactAttribute
{
    public ScriptFactAttribute() => Skip = Scripts.CanBeChecked ? null! : "needs shellcheck";
}

/// <summary>What shellcheck(1) has against the scripts of .ci and deploy.</summary>
public static class Scripts
{
    public static bool CanBeChecked { get; } = Environment.GetEnvironmentVariable("CI") == "true"
        || Environment.GetEnvironmentVariable("PATH")?.Split(':').Any(
            place => File.Exists(Path.Combine(place, "shellcheck"))) == true;

    /// <summary>Paths of those that begin with the name of a shell.</summary>
    public static IEnumerable<string> All => Repository.TrackedFiles
        .Where(path => path.StartsWith(".ci/", StringComparison.Ordinal)
            || path.StartsWith("deploy/", StringComparison.Ordinal))
        .Where(path => Repository.TextOf(path).Split('\n')[0] is "#!/bin/sh" or "#!/usr/bin/env bash");

    /// <summary>About a script, by its path in the repository, and the files that it reads.</summary>
    public static async Task<string> Complaints(string path)
    {
        var start = new ProcessStartInfo("shellcheck", ["--external-sources", "--format=gcc", path])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        return await process.StandardOutput.ReadToEndAsync();
    }
}

public sealed class ScriptTests
{
    [ScriptFact]
    public async Task Shellcheck_has_nothing_against_any_script()
    {
        Assert.Contains("deploy/tarball/install.sh", Scripts.All);
        foreach (var path in Scripts.All) Assert.Equal("", await Scripts.Complaints(path));
    }

    [ScriptFact]
    public async Task A_script_that_is_wrong_is_found()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "#!/bin/sh\nrm -rf $1/*\n");
        Assert.NotEmpty(await Scripts.Complaints(path));
        File.Delete(path);
    }
}
