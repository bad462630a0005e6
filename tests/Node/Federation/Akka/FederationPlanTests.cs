using Rwho.Node;
using Rwho.Node.Federation;
using Rwho.Tests.Node.Configuration;
using Rwho.Tests.Node.Program;

namespace Rwho.Tests.Node.Federation;

/// <summary>What a gateway is told, and what does not go together.</summary>
public sealed class FederationPlanTests
{
    [Fact]
    public void A_node_that_is_no_gateway_is_none() => Assert.Null(FederationPlan.Of(Options.Read()));

    [Theory]
    [InlineData("--cluster 127.0.0.1:5514", "127.0.0.1:5514, not encrypted")]
    [InlineData("--cluster localhost:5514 --seed localhost:5514", "localhost:5514, not encrypted")]
    [InlineData("--cluster 10.1.0.1:5514 --insecure-cluster", "10.1.0.1:5514, not encrypted")]
    [InlineData(
        "--cluster gw1:5514 --seed gw1:5514 --seed gw2:5514 --cluster-cert /srv/gw1.pem",
        "gw1:5514, with the certificate /srv/gw1.pem")]
    public void A_gateway_has_a_place_and_is_open_only_where_that_is_meant(string args, string shown)
    {
        var plan = FederationPlan.Of(Options.Read(args.Split(' ')));
        Assert.Equal(shown, plan!.ToString());
        Assert.Equal(args.Split("--seed").Length - 1, plan.Seeds.Length);
    }

    [Theory]
    [InlineData(78, "--cluster 10.1.0.1:5514", "on loopback only")]
    [InlineData(78, "--cluster gw1:5514 --seed gw2:5514", "--insecure-cluster")]
    [InlineData(64, "--seed 10.1.0.1:5514", "without --cluster")]
    [InlineData(64, "--cluster-cert /srv/gw1.pem", "without --cluster")]
    [InlineData(64, "--insecure-cluster", "without --cluster")]
    [InlineData(64, "--cluster 127.0.0.1:5514 --send-only", "choose one")]
    [InlineData(64, "--cluster 10.1.0.1:5514 --insecure-cluster --cluster-cert /srv/gw1.pem", "choose one")]
    public void What_does_not_go_together_is_told_with_advice(int status, string args, string advice)
    {
        var failure = Assert.Throws<ExitException>(() => FederationPlan.Of(Options.Read(args.Split(' '))));
        Assert.Equal(status, failure.Status);
        Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
    }

    [ProgramFact]
    public async Task A_certificate_that_cannot_be_used_ends_the_program_with_one_line()
    {
        var gateway = "-u nobody --cluster 127.0.0.1:5514 --cluster-cert ".Split(' ');
        foreach (var (file, why) in new[]
        {
            ("/nonexistent.pem", "there is no such file"), ("/etc/shadow", "may not read it"),
            ("/etc/passwd", "there is no certificate in it"),
        })
        {
            var outcome = await Rwhod.Run([.. gateway[..^1], file]);
            Assert.Equal(78, outcome.Status);
            ExitStatusTests.AssertOneLine(outcome, "rwhod: ", why);
        }
    }

    [ProgramFact]
    public async Task Check_tells_the_gateway_and_whom_it_joins()
    {
        var outcome = await Rwhod.Run(
            "check", "-u", "nobody", "--cluster", "127.0.0.1:5514", "--seed", "127.0.0.2:5514");
        Assert.True(outcome is { Status: 0, Errors: "" }, outcome.ToString());
        Assert.Contains("gateway    127.0.0.1:5514, not encrypted\njoins by   127.0.0.2:5514\n", outcome.Output,
            StringComparison.Ordinal);
    }
}
