using Rwho.Protocol;

namespace Rwho.Actors.Federation;

/// <summary>The node that brought a host into the federation; many rows share one.</summary>
public sealed record Gateway(HostName Name);
