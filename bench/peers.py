"""What may stand at the who port of this network namespace: this program, Debian's rwhod, a bare loop in C."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time

SPOOL = "/var/spool/rwho"
SOCKET = "/run/rwho/rwhod.sock"
LOG = "/run/node.log"
PORT = 513


def until(holds, what, seconds=30, pause=0.01):
    end = time.monotonic() + seconds
    while not (value := holds()):
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {seconds} s")
        time.sleep(pause)
    return value


def udp(counter):
    """A counter of UDP over IPv4 in this network namespace."""
    with open("/proc/net/snmp") as file:
        names, values = [line.split() for line in file if line.startswith("Udp:")]
    return int(values[names.index(counter)])


def listens():
    with open("/proc/net/udp") as file:
        return any(f":{PORT:04X}" in line.split()[1] for line in file)


def cpu_seconds(pid):
    """Of all threads of a process, those that ended included, as the scheduler counts it: clock_getcpuclockid(3)."""
    return time.clock_gettime(~pid << 3 | 2)


def ask(request, at=SOCKET):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as to:
        to.connect(at)
        to.sendall(request)
        reply = b""
        while part := to.recv(1 << 20):
            reply += part
        return reply


class Peer:
    """Started on an empty spool, unless told otherwise, and stopped at the end of a `with`."""

    keeps_spool = False

    def __enter__(self):
        if not self.keeps_spool:
            for name in os.listdir(SPOOL):
                os.remove(f"{SPOOL}/{name}")
        shutil.rmtree(os.path.dirname(SOCKET), ignore_errors=True)
        os.mkdir(os.path.dirname(SOCKET))
        shutil.chown(os.path.dirname(SOCKET), "rwhod")
        self.start()
        return self

    def __exit__(self, *failure):
        for pid in self.pids():
            os.kill(pid, signal.SIGTERM)
        until(lambda: not listens(), f"{self.name} ends")

    def cpu(self):
        return sum(cpu_seconds(pid) for pid in self.pids())

    def taken(self):
        return udp("InDatagrams")


class Child(Peer):
    """One that stays in the foreground."""

    def start(self):
        with open(LOG, "wb") as log:
            self.process = subprocess.Popen(self.command, stderr=log, stdout=log)
        try:
            until(self.is_ready, f"{self.name} starts")
        except RuntimeError as failure:
            self.process.kill()
            with open(LOG, errors="replace") as log:
                raise RuntimeError(f"{failure}: {log.read()[-500:]}") from None

    def is_ready(self):
        return listens()

    def pids(self):
        return [self.process.pid]

    def __exit__(self, *failure):
        self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            self.process.kill()


class Node(Child):
    name = "rwhod"

    def __init__(self, program, *options, keeps_spool=False):
        self.command = [program, "--name", "node", "--query", "127.0.0.1:5513", "--query-socket", SOCKET, *options]
        self.keeps_spool = keeps_spool

    def is_ready(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"ended with {self.process.returncode}")
        try:
            return listens() and ask(b"version\n")
        except OSError:
            return False

    def stats(self):
        return json.loads(ask(b"stats\n"))

    def taken(self):
        """Valid datagrams, as the daemon itself counts them."""
        counters = self.stats()["counters"]
        return sum(counters["observed"].values()) - counters["dropped"]

    def hosts(self):
        return json.loads(ask(b"json\n"))["hosts"]


class Debian(Peer):
    name = "Debian's rwhod"
    program = "/usr/sbin/rwhod"

    def start(self):
        subprocess.run([self.program], check=True)
        until(listens, f"{self.name} starts")
        until(lambda: len(self.pids()) > 0, f"{self.name} starts")

    def pids(self):
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and runs(name, self.program)]


class Sink(Child):
    name = "C loop"

    def __init__(self, program):
        self.command = [program]


def runs(pid, program):
    try:
        return os.readlink(f"/proc/{pid}/exe") == os.path.realpath(program)
    except OSError:
        return False
