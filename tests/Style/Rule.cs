namespace Rwho.Tests.Style;

/// <summary>The verdict on what a rule found.</summary>
public static class Rule
{
    /// <summary>Fails with every finding on a line of its own.</summary>
    public static void Holds(IEnumerable<Finding> findings)
    {
        string[] lines = [.. findings.Select(finding => finding.ToString()).Order(StringComparer.Ordinal)];
        if (lines.Length > 0)
            Assert.Fail($"{lines.Length} found:\n{string.Join('\n', lines)}");
    }

    /// <summary>Shows that a rule can fail: it finds these lines of a sample, and no others.</summary>
    public static void Finds(IEnumerable<Finding> findings, params int[] lines) =>
        Assert.Equal(lines, findings.Select(finding => finding.Line).Order());
}
