namespace Rwho.Node.Client;

/// <summary>A node does not answer as it should.</summary>
/// <param name="message">One line, with the node's name.</param>
/// <param name="status">How the program ends.</param>
public sealed class NodeException(string message, int status = ExitStatus.Unavailable) : Exception(message)
{
    public int Status { get; } = status;
}
