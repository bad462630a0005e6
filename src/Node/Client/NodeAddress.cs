using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Rwho.Node.Client;

/// <summary>
/// A node to ask: <c>HOST</c>, <c>HOST:PORT</c>, <c>[IPv6]:PORT</c>, an IPv6 address as it is, or the path of a Unix
/// socket, which has a slash in it.
/// </summary>
/// <param name="Host">A name or an address; the path, for a Unix socket.</param>
/// <param name="Port">0 for a Unix socket.</param>
public sealed record NodeAddress(string Host, int Port)
{
    public const int DefaultPort = 5513;
    public const string Form = "HOST, HOST:PORT or [ADDRESS]:PORT";

    /// <summary>The socket of the system's daemon.</summary>
    public const string SystemSocket = "/run/rwho/rwhod.sock";

    /// <summary>The socket of the user's own daemon; null where the system gives users no such directory.</summary>
    public static string? UserSocket =>
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { } run && Path.IsPathRooted(run)
            ? Path.Combine(run, "rwho", "rwhod.sock")
            : null;

    public bool IsPath => Port == 0;

    public static NodeAddress AtPath(string path) => new(path, 0);

    public static bool TryParse(string text, [NotNullWhen(true)] out NodeAddress? address)
    {
        address = null;
        if (text.Contains('/', StringComparison.Ordinal)) address = AtPath(text);
        else if (IPAddress.TryParse(text, out var plain) && !text.StartsWith('['))
            address = new NodeAddress(plain.ToString(), DefaultPort);
        else if (TrySplit(text, out var host, out var port) && IsHost(host)) address = new NodeAddress(host, port);
        return address is not null;
    }

    /// <summary>For people: without the port where it is the usual one.</summary>
    public override string ToString() => IsPath || Port == DefaultPort ? Host
        : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}"
        : $"{Host}:{Port}";

    private static bool TrySplit(string text, out string host, out int port)
    {
        port = DefaultPort;
        host = text;
        var colon = text.LastIndexOf(':');
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0 || !text[1..close].Contains(':', StringComparison.Ordinal)) return false;
            host = text[1..close];
            if (close == text.Length - 1) return true;
            if (colon != close + 1) return false;
        }
        else
        {
            if (colon < 0) return true;
            host = text[..colon];
        }

        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is > 0 and <= IPEndPoint.MaxPort;
    }

    private static bool IsHost(string host) =>
        host.Length > 0 && !host.StartsWith('-')
        && (host.Contains(':', StringComparison.Ordinal)
            ? IPAddress.TryParse(host, out _)
            : host.All(at => at > ' ' && at != '\u007F' && !char.IsWhiteSpace(at)));
}
