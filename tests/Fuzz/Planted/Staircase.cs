namespace Rwho.Tests.Fuzz.Planted;

/// <summary>
/// A reader that fails at eight bytes, one after another. Nothing but the code that an input runs tells that it came a
/// step further: who is not guided by that would need 2^64 inputs.
/// </summary>
internal sealed class Staircase() : Target("staircase", 16)
{
    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        if (input.Length < 8) return default;
        if (input[0] != 0xD1) return default;
        if (input[1] != 0xE7) return default;
        if (input[2] != 0x5B) return default;
        if (input[3] != 0x96) return default;
        if (input[4] != 0x4D) return default;
        if (input[5] != 0xB2) return default;
        if (input[6] != 0x68) return default;
        if (input[7] != 0xF3) return default;
        throw new BrokenRuleException("nobody comes this far");
    }
}
