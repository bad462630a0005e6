using System.Buffers.Binary;
using static Rwho.Protocol.FederationMessage;

namespace Rwho.Protocol;

/// <summary>Writes gateways' messages, field by field as they are read.</summary>
internal static class FederationWriter
{
    public const byte StatusesKind = 1;
    public const byte SummaryKind = 2;
    public const byte InventoryKind = 3;
    public const byte WantKind = 4;

    public const byte LastFlag = 1;

    public static byte[] Write(FederationMessage message)
    {
        using var bytes = new MemoryStream();
        switch (message)
        {
            case Summary summary:
                Header(bytes, SummaryKind, 0, summary);
                Short(bytes, summary.First);
                foreach (var hash in summary.Hashes) Int(bytes, hash);
                break;
            case Inventory inventory:
                Header(bytes, InventoryKind, 0, inventory);
                Short(bytes, inventory.Next);
                Short(bytes, inventory.Items.Length);
                foreach (var host in inventory.Items)
                {
                    Long(bytes, host.Name);
                    Long(bytes, host.Datagram);
                    Int(bytes, host.SendTime);
                    Int(bytes, host.AgeMilliseconds);
                }

                break;
            case Want want:
                Header(bytes, WantKind, 0, want);
                Short(bytes, want.Datagrams.Length);
                foreach (var datagram in want.Datagrams) Long(bytes, datagram);
                break;
            default:
                throw new ArgumentException($"{message.GetType().Name} has a writer of its own", nameof(message));
        }

        return bytes.ToArray();
    }

    public static void Header(Stream bytes, byte kind, byte flags, FederationMessage message)
    {
        bytes.WriteByte(FederationMessage.Version);
        bytes.WriteByte(kind);
        bytes.WriteByte(flags);
        bytes.WriteByte((byte)message.From.Length);
        Long(bytes, (ulong)message.SentMilliseconds);
        Name(bytes, message.From);
    }

    public static void Name(Stream bytes, HostName name)
    {
        Span<byte> field = stackalloc byte[HostName.FieldBytes];
        name.WriteTo(field);
        bytes.Write(field[..name.Length]);
    }

    public static void Short(Stream bytes, int value)
    {
        Span<byte> field = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(field, checked((ushort)value));
        bytes.Write(field);
    }

    public static void Int(Stream bytes, uint value)
    {
        Span<byte> field = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(field, value);
        bytes.Write(field);
    }

    private static void Long(Stream bytes, ulong value)
    {
        Span<byte> field = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(field, value);
        bytes.Write(field);
    }
}
