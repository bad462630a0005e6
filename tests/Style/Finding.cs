namespace Rwho.Tests.Style;

/// <summary>A place where a rule is broken.</summary>
/// <param name="Path">From the repository's root; an assembly's name where no file is to blame.</param>
/// <param name="Line">From 1; 0 is the whole file.</param>
/// <param name="What">What is wrong, and what to do instead.</param>
public sealed record Finding(string Path, int Line, string What)
{
    public override string ToString() => Line == 0 ? $"{Path}: {What}" : $"{Path}:{Line}: {What}";
}
