using System.Buffers;
using System.Net;
using System.Text;
using Newtonsoft.Json.Linq;
using Rwho.Actors.Hosts;
using Rwho.Actors.Query;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Query;

/// <summary>The board as JSON: what stands in it, and that every reader takes it.</summary>
public sealed class BoardJsonTests
{
    // 2038-01-19 03:14:08 and 2106-02-07 06:28:16 UTC: the first seconds beyond 31 and 32 bits.
    private const long Year2038 = 1L << 31;
    private const long Year2106 = 1L << 32;

    private static readonly HostName Node = Scene.Name("alpha");

    private static readonly HostRow[] Site =
    [
        Rows.Of("zeta", Rows.Now - 661, Rows.Ann),
        Rows.Of("beta", Rows.Now - 5, Rows.Ann, Rows.Bob),
        Rows.Of("Gamma") with { Via = Via.OffNet, Conflict = new NameConflict(Rows.Address, null) },
        Rows.Of("alpha") with { Via = Via.Self, Address = null },
        Rows.Of("delta", Rows.Now - 660) with { Via = Via.Spool, Address = null },
        Rows.Of("six") with { Address = IPAddress.Parse("fe80::1%2") },
    ];

    private static string Board(long now, params HostRow[] rows) =>
        Rows.Written(output => BoardJson.WriteBoard(output, Node, rows, now));

    private static JToken Host(HostRow row, long now = Rows.Now) => Read(Board(now, row))["hosts"]![0]!;

    private static JObject Read(string document)
    {
        Assert.EndsWith("}\n", document, StringComparison.Ordinal);
        Assert.All(document[..^1], c => Assert.InRange(c, ' ', '~'));
        return JObject.Parse(document);
    }

    private static HostChange Example(ChangeKind kind)
    {
        var row = kind is ChangeKind.Down or ChangeKind.Forgotten ? Site[0] : Site[1];
        return new HostChange(kind, row, row.Status.IsDown(Rows.Now));
    }

    [Fact]
    public void The_documents_are_agreed_on()
    {
        Golden.Matches("board.json", Board(Rows.Now, Site));
        Golden.Matches("board-empty.json", Board(Rows.Now));
        Golden.Matches("watch-board.json", Rows.Written(
            output => BoardJson.WriteBoardLine(output, Site, row => row.Status.IsDown(Rows.Now), Rows.Now)));
        foreach (var kind in Enum.GetValues<ChangeKind>().Where(kind => kind != ChangeKind.Board))
            Golden.Matches($"watch-{kind.ToString().ToLowerInvariant()}.json", Rows.Written(
                output => BoardJson.WriteChange(output, Example(kind), Rows.Now)));
    }

    [Fact]
    public void Hosts_stand_by_the_bytes_of_their_names() => Assert.Equal(
        ["Gamma", "alpha", "beta", "delta", "six", "zeta"],
        Read(Board(Rows.Now, Site))["hosts"]!.Select(host => (string?)host["name"]));

    [Fact]
    public void A_host_that_is_up_has_an_uptime_and_one_that_is_down_a_downtime()
    {
        var up = Host(Rows.Of("beta", Rows.Now - 660));
        Assert.Equal(("up", 86461), ((string?)up["state"], (int)up["uptime_seconds"]!));
        Assert.Equal(JTokenType.Null, up["down_seconds"]!.Type);
        var down = Host(Rows.Of("beta", Rows.Now - 661));
        Assert.Equal(("down", 661), ((string?)down["state"], (int)down["down_seconds"]!));
        Assert.Equal(JTokenType.Null, down["uptime_seconds"]!.Type);
    }

    [Theory]
    [InlineData(Via.Self, "self")]
    [InlineData(Via.Lan, "lan")]
    [InlineData(Via.OffNet, "lan")]
    [InlineData(Via.Spool, "spool")]
    public void Where_a_row_came_from_is_a_word(Via via, string word) =>
        Assert.Equal(word, (string?)Host(Rows.Of("beta") with { Via = via })["via"]);

    [Fact]
    public void An_address_is_null_where_there_is_none()
    {
        Assert.Equal("10.9.0.2", (string?)Host(Rows.Of("beta"))["address"]);
        Assert.Equal(JTokenType.Null, Host(Rows.Of("beta") with { Address = null })["address"]!.Type);
    }

    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(7, "0.07")]
    [InlineData(32, "0.32")]
    [InlineData(1000, "10.00")]
    [InlineData(-5, "-0.05")]
    [InlineData(int.MaxValue, "21474836.47")]
    [InlineData(int.MinValue, "-21474836.48")]
    public void A_load_is_a_number_with_two_decimals(int load, string number)
    {
        var status = Rows.Of("beta").Status.Datagram.ToStatus() with { Load = new LoadAverages(load, 0, load) };
        Assert.Contains(
            $"\"load\":[{number},0.00,{number}],",
            Board(Rows.Now, Rows.Row(status, Rows.Now)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Year2038 - 1, "the last second of 31 bits")]
    [InlineData(Year2038 + 100, "beyond 31 bits")]
    [InlineData(Year2106 + 5, "some times before and some beyond 32 bits")]
    [InlineData(Year2106 + 10_000_000, "beyond 32 bits")]
    public void Times_go_on_after_2038_and_2106(long now, string story)
    {
        var user = Rows.Ann with { LoginTime = WhoTime.Fold(now - 1000), IdleSeconds = -1 };
        var host = Host(Rows.Of("beta", now - 10, user), now);
        Assert.True((long)host["sent"]! == now - 10 && (long)host["received"]! == now - 10, story);
        Assert.Equal(now - 10 - 86461, (long)host["boot_time"]!);
        Assert.Equal(86461, (long)host["uptime_seconds"]!);
        Assert.Equal(now - 1000, (long)host["users"]![0]!["login_time"]!);
        Assert.Equal(-1, (long)host["users"]![0]!["idle_seconds"]!);
    }

    [Fact]
    public void Every_byte_that_a_host_may_send_can_be_had_back()
    {
        for (var value = 1; value < 256; value++)
        {
            var text = $"{(char)value}x{(char)value}";
            var host = Host(Rows.Of("beta", Rows.Now, WhodEntry.Create(text, text, 0, 0)));
            Assert.Equal(text, (string?)host["users"]![0]!["name"]);
            Assert.Equal(text, (string?)host["users"]![0]!["line"]);
            var name = HostName.FromField(Encoding.Latin1.GetBytes(text));
            var named = Rows.Of("beta").Status.Datagram.ToStatus() with { Host = name };
            Assert.Equal(text, (string?)Host(Rows.Row(named, Rows.Now))["name"]);
        }
    }

    [Theory]
    [InlineData("", "\"\"", "nothing")]
    [InlineData("pts/0\0\u001bx", "\"pts/0\"", "what stands behind a NUL is no part of it")]
    [InlineData("12345678", "\"12345678\"", "a full field has no NUL")]
    [InlineData("\"},{\"", "\"\\\"},{\\\"\"", "quotes")]
    [InlineData("\\u0041", "\"\\\\u0041\"", "an escape of its own")]
    [InlineData("\r\n\t\u001b", "\"\\u000d\\u000a\\u0009\\u001b\"", "controls")]
    [InlineData("\u007f\u0080\u00ff", "\"\\u007f\\u0080\\u00ff\"", "beyond ASCII")]
    [InlineData("</a>&'", "\"</a>&'\"", "what only HTML minds")]
    public void Hostile_text_stays_within_its_quotes(string line, string quoted, string story)
    {
        var board = Board(Rows.Now, Rows.Of("beta", Rows.Now, WhodEntry.Create(line, "ann", 0, 0)));
        Assert.True(board.Contains($"\"line\":{quoted},", StringComparison.Ordinal), $"{story}: {board}");
        Read(board);
    }

    [Fact]
    public void Random_datagrams_make_whole_documents()
    {
        var random = new Random(11);
        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[60 + random.Next(1009)];
            random.NextBytes(bytes);
            (bytes[0], bytes[1], bytes[12], bytes[13]) = (1, 1, (byte)'h', 0);
            var row = new HostRow(new HostStatus(Datagrams.Read(bytes), Rows.Now), Via.Lan, Rows.Address, null);
            var host = Host(row);
            var datagram = row.Status.Datagram;
            Assert.Equal(datagram.EntryCount, host["users"]!.Count());
            Assert.Equal(datagram.SendTime, WhoTime.Fold((long)host["sent"]!));
            Assert.Equal(datagram.UptimeSeconds, (int)host["uptime_seconds"]!);
        }
    }

    [Fact]
    public void A_board_larger_than_any_buffer_is_whole()
    {
        var numbers = Enumerable.Range(0, 3000);
        HostRow[] rows = [.. numbers.Select(i => Rows.Of($"host{i:d4}", Rows.Now, Rows.Ann, Rows.Bob))];
        var hosts = Read(Board(Rows.Now, rows))["hosts"]!;
        Assert.Equal(rows.Select(row => row.Host.ToString()), hosts.Select(host => (string?)host["name"]));
    }

    [PythonFact]
    public void Python_reads_every_document()
    {
        foreach (var file in Golden.Documents)
        {
            var document = File.ReadAllText(file);
            Assert.True(JToken.DeepEquals(JToken.Parse(document), JToken.Parse(Python.Reads(document))), file);
        }
    }

    [PythonFact]
    public void Python_reads_hostile_text_as_it_was_sent()
    {
        var every = new string([.. Enumerable.Range(1, 255).Select(value => (char)value)]);
        var users = every.Chunk(8).Select(text => WhodEntry.Create(new string(text), "x", 0, 0));
        var board = Board(Rows.Now, Rows.Of("beta", Rows.Now, [.. users]));
        var read = JObject.Parse(Python.Reads(board));
        Assert.Equal(every, string.Concat(read["hosts"]![0]!["users"]!.Select(user => (string?)user["line"])));
    }

    [Fact]
    public void A_row_costs_no_memory_of_its_own()
    {
        HostRow[] rows = [.. Enumerable.Range(0, 1000).Select(i => Rows.Of($"host{i}", Rows.Now, Rows.Ann, Rows.Bob))];
        var output = new ArrayBufferWriter<byte>(1 << 20);
        long Cost(HostRow[] board)
        {
            output.ResetWrittenCount();
            var before = GC.GetAllocatedBytesForCurrentThread();
            BoardJson.WriteBoard(output, Node, board, Rows.Now);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Cost(rows);
        Assert.InRange(Cost(rows), 0, 16 * 1024);
    }
}
