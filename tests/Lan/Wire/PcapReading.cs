using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Rwho.Tests.Lan;

/// <summary>A recorded datagram.</summary>
/// <param name="Seconds">Since 1970.</param>
public sealed record Recorded(double Seconds, IPEndPoint From, IPEndPoint To, byte[] Bytes)
{
    /// <summary>Source and length, as the decoders give them.</summary>
    public string Summary => $"{From.Address} {From.Port} {Bytes.Length}";
}

/// <summary>
/// Reads recordings: by hand, independent of the program's own reader, and by other people's programs.
/// </summary>
public static partial class PcapReading
{
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int UdpHeader = 8;

    /// <summary>Those of tshark and tcpdump that are installed, by their paths.</summary>
    public static IReadOnlyList<string> Decoders { get; } =
    [
        .. from program in new[] { "tshark", "tcpdump" }
           from place in new[] { "/usr/bin", "/usr/sbin" }
           let path = $"{place}/{program}"
           where File.Exists(path)
           select path,
    ];

    /// <summary>The whole records of a file.</summary>
    public static IReadOnlyList<Recorded> ByHand(byte[] file)
    {
        Assert.Equal("D4C3B2A1020004000000000000000000", Convert.ToHexString(file.AsSpan(0, 16)));
        Assert.Equal(101, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(20)));
        var all = new List<Recorded>();
        for (int at = FileHeader; at + RecordHeader <= file.Length;)
        {
            ReadOnlySpan<byte> record = file.AsSpan(at);
            int length = BinaryPrimitives.ReadInt32LittleEndian(record[8..]);
            if (record.Length < RecordHeader + length)
                break;
            double seconds = BinaryPrimitives.ReadUInt32LittleEndian(record)
                + (BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) / 1e6);
            all.Add(Packet(seconds, record.Slice(RecordHeader, length)));
            at += RecordHeader + length;
        }

        return all;
    }

    /// <summary>The summaries of the datagrams that a decoder finds, those with a wrong checksum left out.</summary>
    public static async Task<string[]> By(string decoder, string path)
    {
        bool isTshark = decoder.EndsWith("tshark", StringComparison.Ordinal);
        string[] arguments = isTshark
            ?
            [
                "-nr", path, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
                "-Y", "not (ip.checksum.status == 0 or udp.checksum.status == 0)", "-T", "fields",
                "-e", "ip.src", "-e", "ipv6.src", "-e", "udp.srcport", "-e", "udp.length",
            ]
            : ["-Z", "root", "-nn", "-vv", "-r", path];
        var start = new ProcessStartInfo(decoder, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start {decoder}");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{decoder}: {process.ExitCode} {await errors}");
        if (!isTshark)
            return [.. TcpdumpLine().Matches(output).Select(Summary)];
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('\t'))
                .Select(words => $"{words[0]}{words[1]} {words[2]} {Number(words[3]) - UdpHeader}"),
        ];
    }

    private static Recorded Packet(double seconds, ReadOnlySpan<byte> packet)
    {
        bool isLong = packet[0] == 0x60;
        Assert.Equal(isLong ? 0x60 : 0x45, packet[0]);
        ReadOnlySpan<byte> udp = packet[(isLong ? 40 : 20)..];
        Assert.Equal(udp.Length, BinaryPrimitives.ReadUInt16BigEndian(udp[4..]));
        return new Recorded(
            seconds,
            new IPEndPoint(
                new IPAddress(isLong ? packet[8..24] : packet[12..16]), BinaryPrimitives.ReadUInt16BigEndian(udp)),
            new IPEndPoint(
                new IPAddress(isLong ? packet[24..40] : packet[16..20]),
                BinaryPrimitives.ReadUInt16BigEndian(udp[2..])),
            udp[UdpHeader..].ToArray());
    }

    private static string Summary(Match line) =>
        $"{line.Groups["address"].Value} {line.Groups["port"].Value} {line.Groups["length"].Value}";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^\s*(.*\) )?(?<address>[0-9a-f.:]+)\.(?<port>\d+) > [0-9a-f.:]+: "
        + @"\[(no cksum|udp sum ok)\] UDP, length (?<length>\d+)",
        RegexOptions.Multiline)]
    private static partial Regex TcpdumpLine();
}

/// <summary>A fact that needs a program that reads recordings.</summary>
public sealed class DecoderFactAttribute : FactAttribute
{
    public DecoderFactAttribute() => Skip = NodeRequirements.Missing
        ?? (MustRun || PcapReading.Decoders.Count > 0 ? null : "needs tcpdump or tshark");

    private static bool MustRun => Environment.GetEnvironmentVariable("CI") == "true";
}
