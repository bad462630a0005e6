using System.Diagnostics;

namespace Rwho.Tests.Style;

/// <summary>A fact that needs mandoc; skipped where there is none, except in CI.</summary>
public sealed class ManFactAttribute : FactAttribute
{
    public ManFactAttribute() => Skip = ManPages.CanBeChecked ? null! : "needs mandoc";
}

/// <summary>What mandoc(1) has against the pages of deploy/man.</summary>
public static class ManPages
{
    public static bool CanBeChecked { get; } = Environment.GetEnvironmentVariable("CI") == "true"
        || Environment.GetEnvironmentVariable("PATH")?.Split(':').Any(
            place => File.Exists(Path.Combine(place, "mandoc"))) == true;

    public static async Task<string> Complaints(string text)
    {
        var start = new ProcessStartInfo("mandoc", ["-T", "lint", "-W", "warning"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        return await process.StandardOutput.ReadToEndAsync();
    }
}

public sealed class ManPageTests
{
    [ManFact]
    public async Task Mandoc_has_nothing_against_any_page()
    {
        var pages = Repository.TrackedFiles
            .Where(path => path.StartsWith("deploy/man/", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, pages.Count);
        foreach (var page in pages)
            Assert.Equal((page, ""), (page, await ManPages.Complaints(Repository.TextOf(page))));
    }

    [ManFact]
    public async Task A_page_that_is_wrong_is_found() =>
        Assert.NotEmpty(await ManPages.Complaints(Repository.TextOf("deploy/man/rwho.1") + ".Bl -nonsense\n"));
}
