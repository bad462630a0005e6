"""Rows of those who ask: boards over TCP, the command ruptime, and the first answer after a start."""

import os
import pwd
import subprocess
import sys
import time

from figures import Figure, row, spread
from peers import SPOOL, Node, ask, until

HERE = os.path.dirname(os.path.abspath(__file__))
DEBIAN = "/usr/bin/ruptime"


def fill_spool(hosts):
    for name in os.listdir(SPOOL):
        os.remove(f"{SPOOL}/{name}")
    subprocess.run([sys.executable, f"{HERE}/spool.py", SPOOL, str(hosts)], check=True)


@row(
    "boards", "whole board of 1000 hosts over TCP, one after another",
    "running Debian's ruptime on the same spool", ">= 30 boards in its time")
def boards(programs):
    fill_spool(1000)
    with Node(f"{programs}/rwhod", keeps_spool=True):
        cold, warm = ([[float(word) for word in line.split()] for line in subprocess.run(
            [f"{programs}/boards", "5513", "30", "100"], check=True, capture_output=True, text=True).stdout.split("\n")
            if line] for _ in range(2))
    count = spread([30 * theirs / ours for ours, theirs in warm], "boards", 0)
    return Figure(
        count, count.median >= 30,
        f"30 boards in {spread([run[0] for run in warm], 'ms')}, ruptime in {spread([run[1] for run in warm], 'ms')}; "
        f"the first 30 after the start in {cold[0][0]:.0f} ms")


def milliseconds(command):
    """One run of a command, from before its start until after its end; its output is a file's."""
    with open("/run/output", "wb") as output:
        begin = time.perf_counter()
        pid = os.posix_spawn(
            command[0], command, dict(os.environ, DOTNET_EnableDiagnostics="0"),
            file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1)])
        _, status = os.waitpid(pid, 0)
        took = (time.perf_counter() - begin) * 1e3
    if status != 0:
        raise RuntimeError(f"{command}: status {status}")
    return took


def output_lines():
    with open("/run/output") as output:
        return output.read().splitlines()


@row(
    "command", "`ruptime` at 10,000 hosts, through the node's socket, published build",
    "Debian's ruptime on the same spool", "<= 1.0 x")
def command(programs):
    fill_spool(10_000)
    ours = f"{programs}/ruptime"
    if not os.path.exists(ours):
        os.symlink("rwhod", ours)
    times = []
    with Node(f"{programs}/rwhod", "--listen-only", keeps_spool=True):
        for turn in range(-5, 40):
            pair, lines = [], []
            for program in (ours, DEBIAN):
                pair.append(milliseconds([program]))
                lines.append(output_lines())
            if len(lines[0]) < 10_000 or lines[0] != lines[1]:
                raise RuntimeError(f"other boards, of {len(lines[0])} and {len(lines[1])} lines")
            if turn >= 0:
                times.append(pair)
    ratio = spread([left / right for left, right in times], "x")
    return Figure(
        ratio, ratio.median <= 1.0,
        f"{spread([pair[0] for pair in times], 'ms', 0)}, Debian {spread([pair[1] for pair in times], 'ms', 0)}")


def first_answer(programs, options, prefix=()):
    """From before the start of the daemon until a client has the board of the 1000 hosts in its spool, in ms."""
    node = Node(f"{programs}/rwhod", *options, keeps_spool=True)
    node.command = [*prefix, *node.command]
    answered = []

    def is_ready():
        try:
            lines = ask(b"ruptime\n").count(b"\n")
        except OSError:
            return False
        answered.append((time.perf_counter(), lines))
        return True

    node.is_ready = lambda: until(is_ready, "a first answer", pause=0.0005)
    begin = time.perf_counter()
    with node:
        pass
    at, lines = answered[0]
    if lines < 1000:
        raise RuntimeError(f"the first answer has {lines} hosts")
    return (at - begin) * 1e3


@row("start", "start to the first answered query, 1000 hosts in the spool, published build", "-", "<= 200 ms")
def start(programs):
    fill_spool(1000)
    times = {"root": [], "rwhod": []}
    as_rwhod = [
        "setpriv", "--reuid", "rwhod", "--regid", str(pwd.getpwnam("rwhod").pw_gid), "--clear-groups", "--no-new-privs",
        "--inh-caps", "+net_bind_service", "--ambient-caps", "+net_bind_service",
    ]
    for turn in range(-1, 15):
        for user, prefix in (("root", ()), ("rwhod", as_rwhod)):
            took = first_answer(programs, [], prefix)
            if turn >= 0:
                times[user].append(took)
    as_unit = spread(times["rwhod"], "ms", 0)
    return Figure(
        as_unit, as_unit.median <= 200,
        f"as the unit starts it; as root, where it executes itself once more: {spread(times['root'], 'ms', 0)}")
