namespace Rwho.Tests.Lan;

/// <summary>Our node as a process: how it starts and how it ends.</summary>
public sealed class ProcessTests
{
    private const int InputOutputError = 74;
    private const int PermissionDenied = 77;
    private const int ConfigurationError = 78;
    private const string Configuration = "/run/rwhod.json";

    [NodeTheory]
    [InlineData(Signal.Term)]
    [InlineData(Signal.Interrupt)]
    public async Task A_polite_signal_ends_it_with_status_0(Signal signal)
    {
        await using Lan lan = await Lan.Start();
        LanHost alpha = await lan.AddHost("alpha");
        await using Node node = await Node.Start(alpha);
        Outcome outcome = await node.EndBy(signal);
        Assert.True(outcome.Status == 0, outcome.ToString());
        Assert.False(alpha.IsBound(LanHost.WhoPort));
    }

    [NodeFact]
    public async Task A_hangup_reads_the_configuration_again()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await File.WriteAllTextAsync(hosts[0].PathOf(Configuration), """{ "interval": "10m" }""");
        using Capture capture = await hosts[1].Watch();
        await using Node node = await Node.Start(hosts[0], "--config", Configuration);
        await Eventually.True(() => capture.Heard.Count >= 1, "the first announcement");
        await File.WriteAllTextAsync(hosts[0].PathOf(Configuration), """{ /* soon */ "interval": "1s" }""");
        node.Process.Send(Signal.Hup);
        await Eventually.True(() => capture.Heard.Count >= 4, "announcements every second");
        Assert.False(node.Process.HasEnded);
    }

    [NodeFact]
    public async Task A_hangup_over_a_broken_configuration_changes_nothing()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await File.WriteAllTextAsync(hosts[0].PathOf(Configuration), """{ "interval": "1s" }""");
        using Capture capture = await hosts[1].Watch();
        await using Node node = await Node.Start(hosts[0], "--config", Configuration);
        await File.WriteAllTextAsync(hosts[0].PathOf(Configuration), """{ "intervall": """);
        node.Process.Send(Signal.Hup);
        await Eventually.True(
            () => node.Process.Errors.Contains(Configuration, StringComparison.Ordinal), "a line about the file");
        int before = capture.Heard.Count;
        await Eventually.True(() => capture.Heard.Count >= before + 3, "announcements go on");
    }

    [NodeFact]
    public async Task A_hangup_to_a_port_that_is_taken_goes_back_to_the_one_before()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        using UdpPort taken = await hosts[0].OpenPort(5130);
        await File.WriteAllTextAsync(hosts[0].PathOf(Configuration), """{ "interval": "1s" }""");
        using Capture capture = await hosts[1].Watch();
        await using Node node = await Node.Start(hosts[0], "--config", Configuration);
        await File.WriteAllTextAsync(hosts[0].PathOf(Configuration), """{ "interval": "1s", "port": 5130 }""");
        node.Process.Send(Signal.Hup);
        await Eventually.True(
            () => node.Process.Errors.Contains("goes on with the one before: UDP port 5130", StringComparison.Ordinal),
            () => $"a line about the port: {node.Process.Errors}");
        int before = capture.Heard.Count;
        await Eventually.True(() => capture.Heard.Count >= before + 3, "announcements go on");
    }

    [NodeFact]
    public async Task Detached_it_returns_when_it_listens_and_lives_in_its_own_session()
    {
        await using Lan lan = await Lan.Start();
        LanHost alpha = await lan.AddHost("alpha");
        Outcome outcome = await alpha.Run(NodeProgram.Path, "--detach");
        Assert.True(outcome.Status == 0, outcome.ToString());
        Assert.True(alpha.IsBound(LanHost.WhoPort));
        int pid = Assert.Single(alpha.Running(NodeProgram.Path));
        Assert.NotEqual(Processes.SessionOf(alpha.Pid), Processes.SessionOf(pid));
        await Eventually.True(() => alpha.SpoolFile("alpha") is not null, "it keeps its own row");
        Kernel.Send(Signal.Term, pid);
        await Eventually.True(() => !Processes.IsAlive(pid) && !alpha.IsBound(LanHost.WhoPort), "ended");
    }

    [NodeFact]
    public async Task A_second_daemon_finds_the_port_taken()
    {
        await using Lan lan = await Lan.Start();
        LanHost alpha = await lan.AddHost("alpha");
        await using Node first = await Node.Start(alpha);
        await FailsInOneLine(alpha, InputOutputError);
        Assert.False(first.Process.HasEnded);
    }

    [NodeFact]
    public async Task A_second_daemon_finds_Debians_on_the_port()
    {
        await using Lan lan = await Lan.Start();
        LanHost alpha = await lan.AddHost("alpha");
        await alpha.StartDebian();
        await FailsInOneLine(alpha, InputOutputError);
        await FailsInOneLine(alpha, InputOutputError, "--detach");
    }

    [NodeFact]
    public async Task An_unknown_user_is_a_configuration_error()
    {
        await using Lan lan = await Lan.Start();
        LanHost alpha = await lan.AddHost("alpha");
        await FailsInOneLine(alpha, ConfigurationError, "-u", "nosuch");
    }

    [NodeFact]
    public async Task A_spool_it_may_not_write_to_is_a_lack_of_permission()
    {
        await using Lan lan = await Lan.Start();
        LanHost alpha = await lan.AddHost("alpha");
        Directory.CreateDirectory(alpha.PathOf("/run/closed"));
        await FailsInOneLine(alpha, PermissionDenied, "--spool", "/run/closed");
    }

    [NodeFact]
    public async Task A_spool_that_is_a_file_is_an_input_output_error()
    {
        await using Lan lan = await Lan.Start();
        LanHost alpha = await lan.AddHost("alpha");
        await File.WriteAllTextAsync(alpha.PathOf("/run/file"), "");
        await FailsInOneLine(alpha, InputOutputError, "--spool", "/run/file");
    }

    /// <summary>The last line says why, and no other but log lines comes before it.</summary>
    private static async Task FailsInOneLine(LanHost host, int status, params string[] options)
    {
        Outcome outcome = await host.Run(NodeProgram.Path, options);
        string[] said = [.. outcome.ErrorLines.Where(line => !line.Contains(" info: ", StringComparison.Ordinal))];
        Assert.True(
            outcome.Status == status && said.Length == 1 && outcome.ErrorLines[^1] == said[0], outcome.ToString());
        Assert.StartsWith("rwhod: ", said[0], StringComparison.Ordinal);
    }
}
