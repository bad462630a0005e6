using Rwho.Protocol;

namespace Rwho.Actors.Spool;

/// <summary>The spool: a directory with one file a host.</summary>
public interface ISpoolDirectory
{
    /// <summary>Every file whose name starts with <c>whod.</c>; what cannot be read is left out.</summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Not permitted.</exception>
    IEnumerable<(string FileName, byte[] Content)> ReadAll();

    /// <summary>
    /// Whether the directory is another than when this was asked before, and what was written is not there: it was made
    /// again, or another one was mounted. One that is gone is made again where that is permitted.
    /// </summary>
    /// <exception cref="SpoolException">It is gone, or a symbolic link has taken its place.</exception>
    bool IsAnother();

    /// <summary>Whether each of the hosts has a file.</summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Not permitted.</exception>
    bool Holds(IReadOnlySet<HostName> hosts);

    /// <summary>Replaces a host's file as a whole; never through a symbolic link.</summary>
    /// <exception cref="SpoolException">Not written: disk full, or a directory in its place.</exception>
    void Write(HostName host, ReadOnlySpan<byte> content);

    /// <summary>Deletes a host's file, if there is one.</summary>
    /// <exception cref="SpoolException">Not deleted.</exception>
    void Delete(HostName host);
}
