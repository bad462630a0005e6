using System.Text;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>Words of a language, for the mutator.</summary>
internal static class WordList
{
    /// <param name="words">A character is a byte.</param>
    public static byte[][] Of(params IEnumerable<string> words) => [.. words.Select(Encoding.Latin1.GetBytes)];
}
