namespace Rwho.Node.Linux;

/// <summary>How many files the process may have open, and how many of them clients may take.</summary>
internal static class OpenFiles
{
    /// <summary>
    /// Kept from clients: the runtime has about a hundred open; spool, sockets and libraries need some now and then.
    /// </summary>
    public const int Kept = 192;

    private const int Fewest = 16;

    /// <param name="limit">RLIMIT_NOFILE; .NET raises the soft one to the hard one when it starts.</param>
    /// <param name="wanted">Connections, were there files enough.</param>
    public static int Connections(ulong limit, int wanted) =>
        (int)Math.Clamp(limit > Kept ? limit - Kept : 0, (ulong)Fewest, (ulong)wanted);

    /// <inheritdoc cref="Connections(ulong, int)"/>
    public static int Connections(int wanted) =>
        Libc.GetLimit(Libc.RLIMIT_NOFILE, out var limit) == 0 ? Connections(limit.Soft, wanted) : wanted;
}
