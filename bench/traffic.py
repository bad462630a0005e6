"""Rows of a network that says more than usual: floods, a steady 20,000 a second, bursts."""

import os
import struct
import subprocess
import time

from figures import Figure, row, spread
from peers import SPOOL, Debian, Node, Sink, udp, until
from spaces import sh

HOSTS = 1000
FLOOD = {"rounds": 600, "rate": 0, "times": 5}  # six hundred thousand, at full speed
STEADY = {"rounds": 100, "rate": 20_000, "times": 5}  # a hundred thousand, in five seconds
BURST, BURSTS = 2000, 20
SETTLE = 1.5  # seconds in which what waits is done with, and spooled
SOURCE, NODE = "10.9.0.2", "10.9.0.1"


def connect():
    """The network namespace `source`, and a link to it."""
    if os.path.exists("/run/netns/source"):
        return
    sh("ip netns add source && ip link add eth0 type veth peer name eth0 netns source")
    for where, address in (("", NODE), ("-n source", SOURCE)):
        sh(f"ip {where} addr add {address}/24 brd + dev eth0 && ip {where} link set eth0 up")


def send(programs, hosts, first, rounds, rate, users=-1):
    """Datagrams sent before the last round, the milliseconds that took, and how many the last round had."""
    words = [f"{programs}/hosts", SOURCE, NODE, hosts, first, rounds, rate, users]
    output = subprocess.run(
        ["ip", "netns", "exec", "source", *map(str, words)], check=True, capture_output=True, text=True).stdout
    sent, milliseconds, last = output.split()
    return int(sent), float(milliseconds), int(last)


def one_run(programs, peer, rounds, rate):
    """Of one peer, started for it and warm: datagrams sent, taken in, sent a second, CPU in us a datagram taken in."""
    with peer:
        send(programs, HOSTS, 1, 100, rate)
        time.sleep(SETTLE)
        taken, cpu = peer.taken(), peer.cpu()
        sent, milliseconds, last = send(programs, HOSTS, 1000, rounds, rate)
        time.sleep(SETTLE)
        cpu = peer.cpu() - cpu
        taken = peer.taken() - taken
        wrong = mistakes(peer, 1000 + rounds - 1) if isinstance(peer, Node) else []
        return {
            "sent": sent + last, "taken": taken, "rate": sent / milliseconds * 1e3, "cpu": cpu / taken * 1e6,
            "wrong": wrong,
        }


def mistakes(node, last_round):
    """Hosts that the table or the spool does not show as they last spoke."""
    time.sleep(1)
    shown = {host["name"]: host["load"][2] for host in node.hosts()}
    wrong = []
    for number in range(HOSTS):
        name = f"host{number:05d}"
        try:
            with open(f"{SPOOL}/whod.{name}", "rb") as file:
                header = struct.unpack("=BB2xii32s3ii", file.read(60))
        except OSError:
            header = None
        if shown.get(name) != last_round / 100 or header is None or header[7] != last_round:
            wrong.append(name)
    return wrong


def side_by_side(programs, rounds, rate, times):
    """Runs of each peer, one after another, so often; the first of a turn is another one each time."""
    connect()
    peers = [Node(f"{programs}/rwhod", "--rate-max", "0"), Debian(), Sink(f"{programs}/sink")]
    runs = {peer.name: [] for peer in peers}
    for turn in range(times):
        for peer in peers[turn % 3:] + peers[:turn % 3]:
            runs[peer.name].append(one_run(programs, peer, rounds, rate))
    return runs["rwhod"], runs["Debian's rwhod"], runs["C loop"]


floods = {}


def flood_runs(programs):
    if not floods:
        floods["runs"] = side_by_side(programs, **FLOOD)
    return floods["runs"]


def ratios(ours, theirs, what):
    return [left[what] / right[what] for left, right in zip(ours, theirs)]


def each(runs, what, scale=1.0):
    return [run[what] * scale for run in runs]


@row(
    "flood", f"full-speed flood, {HOSTS} hosts, every record different, `--rate-max 0`: share taken in",
    "a bare C recvfrom loop in its place", ">= 0.98 x")
def flood(programs):
    ours, debian, sink = flood_runs(programs)
    share = ratios([{"share": run["taken"] / run["sent"]} for run in ours],
                   [{"share": run["taken"] / run["sent"]} for run in sink], "share")
    wrong = sum(len(run["wrong"]) for run in ours)
    return Figure(
        spread(share, "x", 3), spread(share).median >= 0.98 and wrong == 0,
        f"of {ours[0]['sent']:,} sent at {spread(each(ours, 'rate', 1e-3), 'thousand/s', 0)}: "
        f"{spread(each(ours, 'taken'), '', 0)}, the C loop {spread(each(sink, 'taken'), '', 0)}, "
        f"Debian's rwhod {spread(each(debian, 'taken'), '', 0)}; "
        + (f"{wrong} hosts wrong afterwards" if wrong else "table and spool right afterwards"))


def cpu_figure(runs, wanted):
    ours, debian, sink = runs
    ratio = spread(ratios(ours, debian, "cpu"), "x")
    return Figure(
        ratio, ratio.median <= wanted,
        f"{spread(each(ours, 'cpu'), 'us')}, Debian {spread(each(debian, 'cpu'), 'us')}, "
        f"the C loop {spread(each(sink, 'cpu'), 'us')}")


@row("cpu-flood", "CPU per datagram in that flood", "Debian's rwhod", "<= 0.6 x")
def cpu_flood(programs):
    return cpu_figure(flood_runs(programs), 0.6)


@row("cpu-20000", f"CPU per datagram at 20,000/s, {HOSTS} hosts", "Debian's rwhod", "<= 1.0 x")
def cpu_steady(programs):
    return cpu_figure(side_by_side(programs, **STEADY), 1.0)


@row("burst", f"burst of {BURST} datagrams in 10 ms, as root", "none lost", "0 lost")
def burst(programs):
    connect()
    lost, took = 0, {-1: [], 42: []}
    with Node(f"{programs}/rwhod") as node:
        for number in range(BURSTS):
            for users, times in took.items():
                before, drops = node.taken(), udp("RcvbufErrors")
                sent, milliseconds, _ = send(programs, BURST, 100 + number, 1, 200_000, users)
                times.append(milliseconds)
                try:
                    until(lambda: node.taken() >= before + sent, "all are taken in", seconds=2)
                except RuntimeError:
                    lost += max(before + sent - node.taken(), udp("RcvbufErrors") - drops)
                time.sleep(0.3)
    return Figure(
        f"{lost} lost", lost == 0,
        f"of {2 * BURSTS} bursts; with 0 to 2 users in {spread(took[-1], 'ms')}, with 42 in {spread(took[42], 'ms')}")
