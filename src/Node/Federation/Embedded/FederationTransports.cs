using Microsoft.Extensions.Logging;
using Rwho.Actors.Federation;

namespace Rwho.Node.Federation;

/// <summary>The way to other gateways: none in this build, which is on the embedded engine.</summary>
internal static class FederationTransports
{
    public static bool AreThere => false;

    public static IFederationTransport Create(FederationPlan plan, ILogger log) =>
        throw new InvalidOperationException($"no build for {plan} and {log}");
}
