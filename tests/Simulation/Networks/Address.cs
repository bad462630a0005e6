using System.Buffers.Binary;
using System.Net;

namespace Rwho.Tests.Simulation.Networks;

/// <summary>IPv4 addresses as numbers: LAN n is 10.n.0.0/16.</summary>
internal static class Address
{
    public const int PrefixLength = 16;

    public static uint On(int lan, int host) => 10u << 24 | (uint)lan << 16 | (uint)host;

    public static uint BroadcastOf(int lan) => On(lan, 0xFFFF);

    public static int LanOf(uint address) => (int)(address >> 16 & 0xFF);

    public static uint Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
    }

    public static IPAddress ToIP(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes);
    }
}
