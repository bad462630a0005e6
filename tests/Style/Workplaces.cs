namespace Rwho.Tests.Style;

/// <summary>The text is the same wherever it lies: it names no folder of the machine it was written on.</summary>
public static class Workplaces
{
    // In pieces, so that this file does not find itself.
    private static readonly string[] Named = ["/wor" + "k/", "../share" + "d", "/tm" + "p/w"];

    public static IEnumerable<Finding> In(string path, string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            return [];
        return from line in text.Split('\n').Index()
               from name in Named
               where Speaks(line.Item, name)
               select new Finding(path, line.Index + 1, $"speaks of {name}, a place on somebody's machine");
    }

    /// <summary>Whether it is there as a whole: /homework/ and /tmp/whod.alpha are other words.</summary>
    private static bool Speaks(string line, string name)
    {
        for (var at = -1; (at = line.IndexOf(name, at + 1, StringComparison.Ordinal)) >= 0;)
        {
            var after = at + name.Length;
            if (name[^1] == '/' || after == line.Length || !char.IsLetterOrDigit(line[after]))
                return true;
        }

        return false;
    }
}
