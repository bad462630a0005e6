namespace Rwho.Node.Commands;

/// <summary>The pages of <c>--help</c>.</summary>
internal static class HelpPages
{
    private const string Help = "--help";
    private const string Version = "--version";

    private static readonly (string, string[]) Where = ("Where the answer comes from",
        ["--node", "--spool", "--timeout"]);

    public static readonly HelpPage Daemon = new(
        "rwhod - tell the network how this host is, and keep what the others tell",
        [
            ("rwhod [options]", "the daemon, in the foreground"),
            ("rwhod check [options]", "what it would do here, and every limit; binds nothing"),
            ("rwhod demo [--once]", "three nodes on loopback, to look at; needs no root"),
            ("rwhod ruptime|rwho ...", "those programs, where they are not installed by name"),
        ],
        [
            ("What is announced", ["--name", "--interval", "--listen-only"]),
            ("Where it is announced",
                [
                    "--all-interfaces", "--broadcast-only", "--point-to-point-only", "--interface", "--multicast",
                    "--port",
                ]),
            ("What is heard and kept",
                ["--spool", "--forget", "--hosts-max", "--rate-max", "--any-port", "--send-only", "--record"]),
            ("Beyond one network", ["--forward", "--neighbour", "--accept-neighbour"]),
            ("Gateways of many networks (builds on Akka.NET)",
                ["--cluster", "--seed", "--cluster-cert", "--insecure-cluster"]),
            ("Who is answered", ["--query", "--query-socket", "--allow"]),
            ("The process", ["--config", "--user", "--detach", Help, Version]),
        ],
        [
            ("rwhod --detach", "on most hosts nothing else is needed"),
            ("rwhod check -i eth1", "would it find this network?"),
            ("rwhod -f --neighbour gw.other.example", "join this network with another one"),
        ],
        [
            "Times are written 90s, 3m, 12h, 30d. Options that may be given again and again",
            "are marked with *; they are lists in the configuration file, where each option",
            "is a key by its long name. The manual: man 8 rwhod",
        ]);

    public static readonly HelpPage Check = new(
        "rwhod check - what the daemon would do with these options on this host",
        [("rwhod check [options]", "all options of the daemon: rwhod --help")],
        [("Also", [Help])],
        [
            ("rwhod check", "with /etc/rwho/rwhod.json, if it is there"),
            ("rwhod check --config new.json", "try a file before the daemon reads it"),
            ("rwhod check -f | grep network", "on which networks would it announce?"),
        ],
        [
            "It prints name, port, user, spool, networks and every limit, and binds nothing.",
            "Exit status 78: the configuration is wrong, and a line says where.",
            "The manual: man 8 rwhod",
        ]);

    public static readonly HelpPage Demo = new(
        "rwhod demo - three nodes on loopback, and the board that they make",
        [("rwhod demo [--once]", "Ctrl-C ends it; nothing is left")],
        [("Options", ["--once", Help])],
        [
            ("rwhod demo", "watch three hosts hear each other"),
            ("rwhod demo --once", "does it work here at all?"),
        ],
        [
            "Nothing that it sends leaves this host. A whole LAN to try, with shells on its",
            "hosts: deploy/lan/lan in the sources. The manual: man 8 rwhod",
        ]);

    public static readonly HelpPage Ruptime = new(
        "ruptime - which hosts of the network are up, since when, and how loaded",
        [("ruptime [options] [host ...]", "all hosts, or only these")],
        [
            ("What is shown", ["-a", "-l", "-t", "-u", "-r"]),
            ("How it is shown", ["--watch", "--why", "--json"]),
            Where,
            ("Also", [Help, Version]),
        ],
        [
            ("ruptime -l", "the busiest hosts first"),
            ("ruptime --watch", "the board, as it changes; Ctrl-C ends"),
            ("ruptime --why beta", "where its row comes from, or why it is missing"),
            ("ruptime --node gw1 --json", "what another node knows, for a script"),
        ],
        [
            "A host is down when nothing was heard of it for eleven minutes. Exit status 1:",
            "no hosts; 69: the node cannot be reached. The manual: man 1 ruptime",
        ]);

    public static readonly HelpPage Rwho = new(
        "rwho - who is logged in on the hosts of the network",
        [("rwho [options]", "user, host and terminal, since when, idle how long")],
        [
            ("What is shown", ["-a", "--json"]),
            Where,
            ("Also", [Help, Version]),
        ],
        [
            ("rwho", "who is there now"),
            ("rwho -a", "and who has been idle for an hour or more"),
            ("rwho --node gw1", "what another node knows"),
        ],
        [
            "Only hosts that are up are shown. Exit status 69: the node cannot be reached.",
            "The manual: man 1 rwho",
        ]);
}
