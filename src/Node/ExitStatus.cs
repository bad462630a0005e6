namespace Rwho.Node;

/// <summary>How the programs end; the numbers are those of sysexits.h.</summary>
public static class ExitStatus
{
    public const int Ok = 0;

    /// <summary>ruptime: no hosts.</summary>
    public const int NoHosts = 1;
    public const int Usage = 64;

    /// <summary>A node that cannot be reached, or does not answer.</summary>
    public const int Unavailable = 69;
    public const int Software = 70;

    /// <summary>Input or output failed, a taken port included.</summary>
    public const int InputOutput = 74;
    public const int NotPermitted = 77;
    public const int Configuration = 78;
}

/// <summary>Ends the program with a status and one line that says why and what to do.</summary>
public sealed class ExitException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
