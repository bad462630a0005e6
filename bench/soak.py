"""soak.py RWHOD FLOOD [MINUTES]: a node under fire for MINUTES (10): a flood at full speed from 40 addresses, 1000 slow
clients, garbage on both ports, and a full disk under its spool for a third of the time, while 50 good hosts announce
themselves every 180 s. Before, the same for one minute, so that all that a node may fill is full. Prints memory,
descriptors and threads before and after, the worst answer time, and what became of the good hosts; ends with 1 when any
of them is not up, or anything grew by more than a tenth. Run it in network, mount and process namespaces of its own."""

import json
import os
import random
import selectors
import socket
import struct
import subprocess
import sys
import threading
import time

from spaces import enter, sh, within

RWHOD, FLOOD = sys.argv[1:3]
MINUTES = float(sys.argv[3]) if len(sys.argv) > 3 else 10
CLIENTS, GOOD, INTERVAL, EVIL_ADDRESSES = 1000, 50, 180, 40
SPOOL = "/run/spool"
HOSTS = ("node", "good", "evil")


def build():
    sh("mount -t tmpfs tmpfs /run && mkdir -p /run/netns && ip link set lo up")
    sh(f"mkdir {SPOOL} && mount -t tmpfs -o size=120m,nr_inodes=40000,mode=0755,uid=$(id -u rwhod) tmpfs {SPOOL}")
    sh("ip link add name lan type bridge && ip link set lan up")
    for number, name in enumerate(HOSTS, 1):
        sh(f"ip netns add {name} && ip link add at{number} type veth peer name eth0 netns {name}")
        sh(f"ip link set at{number} master lan up && ip -n {name} link set lo up")
        sh(f"ip -n {name} addr add 10.9.0.{number}/16 brd + dev eth0 && ip -n {name} link set eth0 up")
    for number in range(1, EVIL_ADDRESSES):
        sh(f"ip -n evil addr add 10.9.1.{number}/16 dev eth0")


def addresses():
    return ["10.9.0.3"] + [f"10.9.1.{number}" for number in range(1, EVIL_ADDRESSES)]


class Worker(threading.Thread):
    """Does a thing over and over in a namespace, until told to stop."""

    def __init__(self, space):
        super().__init__(daemon=True)
        self.space, self.over = space, threading.Event()
        self.start()

    def run(self):
        enter(self.space)
        self.work()

    def stop(self):
        self.over.set()
        self.join()


class GoodHosts(Worker):
    def work(self):
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        out.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        out.bind(("", 513))
        number = 0
        # Each twice soon, so that nobody's name takes its place; then at the usual pace.
        while not self.over.wait(INTERVAL / GOOD if number >= 2 * GOOD else 0.05):
            now = int(time.time())
            name = f"good{number % GOOD:02d}".encode()
            out.sendto(struct.pack("!BB2xii32s3ii", 1, 1, now, 0, name, 20, 20, 5, now - 9000), ("10.9.255.255", 513))
            number += 1


class SlowClients(Worker):
    """Clients of five kinds, each replaced by the next as soon as the node closes it."""

    opened = 0

    def work(self):
        waiting, chance = selectors.DefaultSelector(), random.Random(7)
        alive = {}
        while not self.over.is_set():
            while len(alive) < CLIENTS:
                made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                made.bind((chance.choice(addresses()), 0))
                made.setblocking(False)
                made.connect_ex(("10.9.0.1", 5513))
                kind = self.opened % 5
                alive[made] = kind
                # Who does not read is not looked at either: how it is closed shows when it writes.
                waiting.register(made, selectors.EVENT_READ if kind in (0, 1, 4) else selectors.EVENT_WRITE)
                self.opened += 1
            for key, _ in waiting.select(0.2):
                self.serve(waiting, alive, key.fileobj, chance)
            for client in chance.sample(list(alive), 50):
                try:
                    if alive[client] == 1:
                        client.send(b"r")
                    elif alive[client] == 4:
                        client.send(chance.randbytes(200))
                    elif alive[client] in (2, 3):
                        client.send(b"x")
                except (BlockingIOError, InterruptedError):
                    pass
                except OSError:
                    self.drop(waiting, alive, client)
        for client in list(alive):
            self.drop(waiting, alive, client)

    def serve(self, waiting, alive, client, chance):
        try:
            if alive[client] in (2, 3):
                client.send(b"json\n" if alive[client] == 2 else b"watch\n")
                waiting.unregister(client)
            elif not client.recv(1):
                self.drop(waiting, alive, client)
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self.drop(waiting, alive, client)

    @staticmethod
    def drop(waiting, alive, client):
        alive.pop(client, None)
        try:
            waiting.unregister(client)
        except KeyError:
            pass
        client.close()


class Prober(Worker):
    """Asks for the board of one good host each half second, and measures how long that takes."""

    def work(self):
        self.times, self.unanswered = [], 0
        while not self.over.wait(0.5):
            begin = time.monotonic()
            try:
                ask(b"ruptime good00\n")
                self.times.append(time.monotonic() - begin)
            except OSError:
                self.unanswered += 1


def ask(request):
    with socket.create_connection(("127.0.0.1", 5513), timeout=30) as to:
        to.sendall(request)
        reply = b""
        while part := to.recv(1 << 20):
            reply += part
        return reply


def measure(process):
    with open(f"/proc/{process.pid}/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return {
        "memory, MiB": int(fields["VmRSS"].split()[0]) / 1024,
        "descriptors": len(os.listdir(f"/proc/{process.pid}/fd")),
        "threads": int(fields["Threads"]),
    }


def under_fire(minutes, disk):
    """The load for so long; answers the prober, datagrams sent, and clients."""
    flood = subprocess.Popen(
        ["ip", "netns", "exec", "evil", FLOOD, str(int(minutes * 60)), "10.9.0.1", "513", *addresses()],
        stdout=subprocess.PIPE)
    clients, prober = SlowClients("evil"), Prober("node")
    third = minutes * 20
    time.sleep(third)
    if disk:
        subprocess.run(f"head -c 120m /dev/zero > {SPOOL}/filler", shell=True, stderr=subprocess.DEVNULL)
    time.sleep(third)
    if disk:
        os.remove(f"{SPOOL}/filler")
    sent = int(flood.communicate()[0])
    clients.stop()
    prober.stop()
    return prober, sent, clients.opened


def main():
    build()
    log = open("/run/log", "wb")
    process = subprocess.Popen(
        f"exec ip netns exec node {RWHOD} --name node --spool {SPOOL} --query 0.0.0.0:5513 --query-socket none",
        shell=True, stderr=log)
    while b"listening on" not in open("/run/log", "rb").read():
        time.sleep(0.05)
    good = GoodHosts("good")
    time.sleep(10)
    under_fire(1, disk=False)
    time.sleep(60)
    before = measure(process)
    prober, sent, opened = under_fire(MINUTES, disk=True)
    time.sleep(60)
    after = measure(process)
    board = json.loads(within("node", lambda: ask(b"json\n")))["hosts"]
    stats = json.loads(within("node", lambda: ask(b"stats\n")))
    up = {host["name"] for host in board if host["state"] == "up"}
    lost = [f"good{number:02d}" for number in range(GOOD) if f"good{number:02d}" not in up]
    good.stop()
    times = sorted(prober.times)
    print(f"{MINUTES:g} minutes: {sent} datagrams of a flood ({sent / MINUTES / 60:.0f}/s), {opened} slow clients,"
          f" {CLIENTS} at a time; {len(board)} hosts on the board")
    print(f"  counted: {json.dumps(stats['hearing'])}; not_spooled {stats['counters']['not_spooled']}, queries"
          f" {json.dumps(stats['counters']['queries'])}")
    print(f"  answers meanwhile: {len(times)}, median {times[len(times) // 2] * 1000:.1f} ms, 99 %"
          f" {times[len(times) * 99 // 100] * 1000:.0f} ms, worst {times[-1] * 1000:.0f} ms; none: {prober.unanswered}")
    grown = False
    for what, value in before.items():
        growth = after[what] / value - 1
        grown = grown or growth > 0.1
        print(f"  {what}: {value:.0f} before, {after[what]:.0f} after ({growth:+.1%})")
    print(f"  good hosts that are not up: {', '.join(lost) or 'none'}")
    print("  the node said:")
    process.terminate()
    process.wait()
    for line in open("/run/log", errors="replace").read().splitlines()[-25:]:
        print("    " + line[:220])
    sys.exit(1 if lost or grown or prober.unanswered else 0)


main()
