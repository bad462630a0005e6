using System.Diagnostics.CodeAnalysis;

namespace Rwho.Tests.Fuzz;

/// <summary>A reader did what it never may.</summary>
internal sealed class BrokenRuleException(string message) : Exception(message)
{
    /// <param name="rule">The rule in words; the same for all inputs that break it.</param>
    public static void Unless([DoesNotReturnIf(false)] bool holds, string rule)
    {
        if (!holds) throw new BrokenRuleException(rule);
    }
}
