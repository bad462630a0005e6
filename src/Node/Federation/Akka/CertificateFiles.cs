using System.Security.Cryptography;
using Rwho.Engine.Federation;

namespace Rwho.Node.Federation;

/// <summary>
/// The file of <c>--cluster-cert</c>: a gateway's certificate and key, and the authority of the site.
/// </summary>
internal static class CertificateFiles
{
    /// <exception cref="ExitException">Not readable, or not what it should be.</exception>
    public static ClusterCertificate Read(string path)
    {
        try
        {
            return ClusterCertificate.FromPem(File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var reason = failure is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : $"{Environment.UserName} may not read it";
            throw new ExitException(ExitStatus.Configuration,
                $"cannot read the certificate \"{path}\": {reason}");
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            throw new ExitException(ExitStatus.Configuration,
                $"\"{path}\" is no certificate for a gateway: {failure.Message.TrimEnd('.')}; it holds the gateway's "
                + "certificate, its key and the certificate of the site's authority, in PEM (docs/federation.md)");
        }
    }
}
