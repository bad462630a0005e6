using Rwho.Node;
using Rwho.Node.Federation;
using Rwho.Tests.Node.Configuration;
using Rwho.Tests.Node.Program;

namespace Rwho.Tests.Node.Federation;

/// <summary>A build that has no federation knows its options, and says which build has it.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("--cluster", "10.1.0.1:5514")]
    [InlineData("--seed", "10.1.0.1:5514")]
    [InlineData("--cluster-cert", "/srv/gw1.pem")]
    [InlineData("--insecure-cluster")]
    public void Each_option_of_a_gateway_names_the_build_that_has_it(params string[] args)
    {
        var failure = Assert.Throws<ExitException>(() => FederationPlan.Of(Options.Read(args)));
        Assert.Equal(ExitStatus.Configuration, failure.Status);
        Assert.StartsWith($"{args[0]} needs a build on Akka.NET", failure.Message, StringComparison.Ordinal);
        Assert.Contains("-p:Engine=Akka", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_no_gateway_is_none() => Assert.Null(FederationPlan.Of(Options.Read()));

    [ProgramTheory]
    [InlineData("-u nobody --cluster 127.0.0.1:5514")]
    [InlineData("check -u nobody --seed gw2:5514")]
    public async Task The_program_ends_with_one_line(string args)
    {
        var outcome = await Rwhod.Run(args.Split(' '));
        Assert.Equal(78, outcome.Status);
        ExitStatusTests.AssertOneLine(outcome, "rwhod: --", "-p:Engine=Akka");
    }
}
