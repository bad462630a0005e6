namespace Rwho.Tests.Fuzz;

/// <summary>How far an input came.</summary>
internal enum Depth
{
    Refused,

    /// <summary>Refused, but not for its length, version or type.</summary>
    PastHeader,

    Taken,
}

/// <summary>What a reader made of an input.</summary>
/// <param name="Kind">
/// Which way it went, 0..65535, as far as values tell: an input that goes a way not seen yet joins the corpus.
/// </param>
internal readonly record struct Outcome(Depth Depth, int Kind);
