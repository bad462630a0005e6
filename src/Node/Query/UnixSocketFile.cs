using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Rwho.Node.Linux;

namespace Rwho.Node.Query;

/// <summary>
/// The file of a Unix socket that listens. That of a dead daemon is replaced; that of a live one is not, nor a file
/// that is no socket. Every local user may ask.
/// </summary>
internal sealed class UnixSocketFile
{
    /// <summary>The longest path, in bytes: struct sockaddr_un has room for so many and a NUL.</summary>
    public const int MaxPathBytes = 107;

    private const int FamilyBytes = sizeof(ushort);

    private const uint DirectoryMode = 0x1ED; // 0755
    private const uint SocketMode = 0x1B6; // 0666

    private readonly string path;
    private readonly Libc.FileEntry bound;

    private UnixSocketFile(string path, Libc.FileEntry bound)
    {
        this.path = path;
        this.bound = bound;
    }

    /// <summary>Makes the socket and its file, and listens.</summary>
    /// <exception cref="SocketException">The path is taken, too long, or not permitted.</exception>
    public static UnixSocketFile Listen(string path, int backlog, out Socket socket)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw Failure(SocketError.AddressNotAvailable, path, "is no path of a socket");
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
            throw Failure(SocketError.AddressNotAvailable, path, $"is longer than {MaxPathBytes} bytes");
        var directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        MakeDirectory(directory);
        ClearStale(path);
        socket = BindAt(path);
        _ = Libc.StatusOf(path, out var bound);
        var file = new UnixSocketFile(path, bound);
        try
        {
            // At once: who looks before finds nobody who listens, and may take the file for a dead daemon's.
            socket.Listen(backlog);
            return Libc.ChangeMode(path, SocketMode) == 0 ? file : throw LastFailure(path);
        }
        catch
        {
            file.Remove();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes the file, unless it is gone or another's by now.</summary>
    public void Remove()
    {
        if (Libc.StatusOf(path, out var there) == 0 && there.IsSame(bound)) _ = Libc.Unlink(path);
    }

    private static void MakeDirectory(string directory)
    {
        if (Directory.Exists(directory)) return;
        try
        {
            Directory.CreateDirectory(directory);
            _ = Libc.ChangeMode(directory, DirectoryMode); // whatever the umask is
        }
        catch (UnauthorizedAccessException)
        {
            throw Failure(SocketError.AccessDenied, directory, "cannot be made: not permitted");
        }
        catch (IOException failure)
        {
            throw Failure(SocketError.AddressNotAvailable, directory, $"cannot be made: {failure.Message}");
        }
    }

    private static void ClearStale(string path)
    {
        if (Libc.StatusOf(path, out var there) != 0) return;
        if (!there.IsSocket) throw Failure(SocketError.AddressAlreadyInUse, path, "is there, and is no socket");
        if (IsLive(path)) throw Failure(SocketError.AddressAlreadyInUse, path, "is a live daemon's");
        if (Libc.Unlink(path) != 0 && Marshal.GetLastPInvokeError() != Libc.ENOENT) throw LastFailure(path);
    }

    /// <summary>Only a refused connection proves that nobody listens; a full queue is a live daemon's.</summary>
    private static bool IsLive(string path)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Blocking = false;
        try
        {
            client.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    // Not by Socket.Bind, which would have Dispose remove whatever is at the path by then.
    private static unsafe Socket BindAt(string path)
    {
        var handle = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        if (handle < 0) throw LastFailure(path);
        Span<byte> address = stackalloc byte[FamilyBytes + MaxPathBytes + 1];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)Libc.AF_UNIX);
        _ = Encoding.UTF8.GetBytes(path, address[FamilyBytes..]);
        fixed (byte* start = address)
        {
            if (Libc.Bind(handle, start, (uint)address.Length) == 0)
                return new Socket(new SafeSocketHandle(handle, ownsHandle: true));
        }

        var failure = LastFailure(path);
        _ = Libc.Close(handle);
        throw failure;
    }

    private static SocketException LastFailure(string path) => Failure(
        Marshal.GetLastPInvokeError() switch
        {
            Libc.EADDRINUSE => SocketError.AddressAlreadyInUse,
            Libc.EACCES or Libc.EPERM or Libc.EROFS => SocketError.AccessDenied,
            _ => SocketError.AddressNotAvailable,
        },
        path, $"cannot be bound: {Libc.LastErrorText()}");

    private static SocketException Failure(SocketError error, string path, string what) =>
        new((int)error, $"{path} {what}");
}
