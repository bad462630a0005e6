"""Rows of a network at rest: memory, and use of a core."""

import os
import subprocess
import time

from figures import Figure, row, spread
from peers import Debian, Node, Sink
from traffic import HOSTS, connect, send

REST = 12  # seconds
IDLE = 60  # seconds


def memory(pid):
    """Resident, and proportional: with each page shared by others by its share; in MiB."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        fields = dict(line.split(":", 1) for line in file if ":" in line)
    return tuple(int(fields[name].split()[0]) / 1024 for name in ("Rss", "Pss"))


def hello_memory(programs):
    with subprocess.Popen(
            [f"{programs}/hello"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=dict(os.environ, DOTNET_EnableDiagnostics="0")) as hello:
        hello.stdout.readline()
        time.sleep(2)
        found = memory(hello.pid)
        hello.stdin.close()
    return found


@row(
    "memory", f"idle memory, {HOSTS} hosts heard, published build", ".NET hello world published the same way",
    "<= +12 MiB")
def idle_memory(programs):
    connect()
    pairs = []
    for turn in range(5):
        with Node(f"{programs}/rwhod") as node:
            send(programs, HOSTS, 1, 2, 2000)
            time.sleep(REST)
            ours = memory(node.process.pid)
            if len(node.hosts()) < HOSTS:
                raise RuntimeError("not every host was heard")
        pairs.append((ours, hello_memory(programs)))
    more = spread([ours[0] - hello[0] for ours, hello in pairs], "MiB", 1)
    return Figure(
        f"+{more}", more.median <= 12,
        f"resident {spread([ours[0] for ours, _ in pairs], 'MiB', 1)}, hello world "
        f"{spread([hello[0] for _, hello in pairs], 'MiB', 1)}; proportional "
        f"{spread([ours[1] for ours, _ in pairs], 'MiB', 1)} and {spread([hello[1] for _, hello in pairs], 'MiB', 1)}")


def share_of_a_core(programs, peer, turns):
    """What a peer uses while all hosts speak every 180 s: a figure a minute, in percent."""
    rate, shares = HOSTS / 180, []
    with peer:
        send(programs, HOSTS, 1, 2, 2000)
        time.sleep(REST)
        for turn in range(turns):
            before, begin = peer.cpu(), time.monotonic()
            send(programs, int(rate * IDLE), 100 + turn, 1, rate)
            shares.append((peer.cpu() - before) / (time.monotonic() - begin) * 100)
    return spread(shares, "%", 3)


@row("idle", f"idle CPU, {HOSTS} hosts at 180 s", "-", "<= 0.1 % of a core")
def idle(programs):
    connect()
    share = share_of_a_core(programs, Node(f"{programs}/rwhod"), 3)
    debian, loop = (share_of_a_core(programs, peer, 1) for peer in (Debian(), Sink(f"{programs}/sink")))
    return Figure(
        share, share.median <= 0.1,
        f"3 times {IDLE} s, {HOSTS / 180:.1f} datagrams/s; Debian's rwhod {debian}, the C loop {loop}")
