using System.Net.Sockets;
using Rwho.Node.Configuration;

namespace Rwho.Node.Client;

/// <summary>Why a node cannot be reached, and what to do about it.</summary>
internal static class Unreachable
{
    private const string Elsewhere = "(--node asks another node, --spool DIR none)";

    /// <param name="timeout">How long it was tried.</param>
    public static NodeException Because(NodeAddress node, SocketException failure, TimeSpan timeout) =>
        Because(node, node.IsPath ? AtPath(failure) : At(node, failure, timeout));

    public static NodeException Silent(NodeAddress node, TimeSpan timeout) => Because(node, NoAnswer(timeout));

    /// <summary>An address that is none for the system.</summary>
    public static NodeException Impossible(NodeAddress node) => Because(node, node.IsPath
        ? "its path is too long for a socket: at most 107 bytes"
        : "no such name is possible: give a host's name or address");

    private static NodeException Because(NodeAddress node, string reason) => new($"cannot reach {node}: {reason}");

    private static string AtPath(SocketException failure)
    {
        const string Advice = $"does rwhod run here, with this --query-socket? {Elsewhere}";
        return failure.SocketErrorCode switch
        {
            // The system's "no such file" has no name of its own among the errors of sockets.
            SocketError.AddressNotAvailable => $"there is no such socket: {Advice}",
            SocketError.ConnectionRefused => $"nobody listens at this socket: {Advice}",
            SocketError.AccessDenied =>
                "not permitted to use this socket: ask as another user, or by TCP with --node HOST",
            _ => $"{failure.Message}: {Advice}",
        };
    }

    private static string At(NodeAddress node, SocketException failure, TimeSpan timeout) =>
        failure.SocketErrorCode switch
        {
            SocketError.ConnectionRefused =>
                $"nobody listens at port {node.Port} there: does rwhod run there, with this --query? {Elsewhere}",
            SocketError.HostNotFound => "no host of this name is known: check it, or give its address",
            SocketError.NoData => "its name has no address: check it, or give its address",
            SocketError.TryAgain => "its name cannot be looked up now: try again, or give its address",
            SocketError.NetworkUnreachable or SocketError.HostUnreachable =>
                $"there is no way to it from here ({failure.Message}): check its address, and the networks here",
            SocketError.TimedOut => NoAnswer(timeout),
            _ => $"{failure.Message}: does rwhod run there, with this --query? {Elsewhere}",
        };

    private static string NoAnswer(TimeSpan timeout) =>
        $"no answer within {Duration.Show(timeout)}: is it up, and does rwhod run there? (--timeout T waits longer)";
}
