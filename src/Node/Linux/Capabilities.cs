namespace Rwho.Node.Linux;

/// <summary>
/// The calling thread's capabilities (capabilities(7)). They belong to a thread, so every step is taken on the thread
/// that then executes the new program.
/// </summary>
internal static unsafe class Capabilities
{
    /// <summary>Permits binding ports below 1024.</summary>
    public const int NetBindService = 10;

    private const uint Version3 = 0x20080522;
    private const int Words = 2;
    private const int BitsInWord = 32;
    private const int Last = Words * BitsInWord - 1;

    private const int SetKeepCapabilities = 8;
    private const int ReadBounding = 23;
    private const int DropBounding = 24;
    private const int SetNoNewPrivileges = 38;
    private const int Ambient = 47;
    private const int AmbientRaise = 2;

    /// <summary>Whether a capability is permitted, and not barred by the bounding set (as some containers
    /// do).</summary>
    public static bool Has(int capability)
    {
        var header = new Libc.CapabilityHeader { Version = Version3 };
        var words = stackalloc Libc.CapabilityWord[Words];
        if (Libc.GetCapabilities(&header, words) != 0) return false;
        var isPermitted = (words[capability / BitsInWord].Permitted >> capability % BitsInWord & 1) != 0;
        return isPermitted && Control(ReadBounding, (nuint)capability) == 1;
    }

    /// <summary>
    /// Takes every capability but one out of the bounding set, so that no program run later can regain it. Without
    /// CAP_SETPCAP the set stays as it is.
    /// </summary>
    public static void BoundTo(int kept)
    {
        for (var capability = 0; capability <= Last; capability++)
        {
            if (capability != kept && Control(ReadBounding, (nuint)capability) == 1)
                _ = Control(DropBounding, (nuint)capability);
        }
    }

    /// <summary>Lets the permitted set survive the change of user that follows.</summary>
    public static bool TryKeepAcrossUsers() => Control(SetKeepCapabilities, 1) == 0;

    /// <summary>Makes one capability, or none (null), the whole permitted, effective and inheritable set.</summary>
    public static bool TrySet(int? only)
    {
        var header = new Libc.CapabilityHeader { Version = Version3 };
        var words = stackalloc Libc.CapabilityWord[Words];
        for (var word = 0; word < Words; word++)
        {
            var bits = only is int capability && capability / BitsInWord == word ? 1u << capability % BitsInWord : 0;
            words[word] = new Libc.CapabilityWord { Effective = bits, Permitted = bits, Inheritable = bits };
        }
        return Libc.SetCapabilities(&header, words) == 0;
    }

    /// <summary>Lets a capability survive the execution of a program; it must be permitted and inheritable.</summary>
    public static bool TryRaiseAmbient(int capability) => Control(Ambient, AmbientRaise, (nuint)capability) == 0;

    /// <summary>Makes set-user-ID programs and file capabilities powerless from now on, irrevocably.</summary>
    public static bool TryForbidNewPrivileges() => Control(SetNoNewPrivileges, 1) == 0;

    private static int Control(int option, nuint second, nuint third = 0) =>
        Libc.ProcessControl(option, second, third, 0, 0);
}
