using Rwho.Protocol;

namespace Rwho.Actors.Spool;

/// <summary>The spool: a directory with one file a host.</summary>
public interface ISpoolDirectory
{
    /// <summary>Every file whose name starts with <c>whod.</c>; what cannot be read is left out.</summary>
    IEnumerable<(string FileName, byte[] Content)> ReadAll();

    /// <summary>Replaces a host's file as a whole; never through a symbolic link.</summary>
    /// <exception cref="IOException">Not written: disk full, or a directory in its place.</exception>
    /// <exception cref="UnauthorizedAccessException">Not permitted.</exception>
    void Write(HostName host, ReadOnlySpan<byte> content);

    /// <summary>Deletes a host's file, if there is one.</summary>
    /// <exception cref="IOException">Not deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">Not permitted.</exception>
    void Delete(HostName host);
}
