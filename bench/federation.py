"""federation.py RWHOD [HOSTS]: five gateways of five networks in namespaces, HOSTS (12500) hosts with 2 users each,
announced every 180 s. Prints how long news, a late joiner and a healed partition take, and what a gateway costs when
nothing is announced. Run it in network and mount namespaces of its own; it makes others below them."""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

from spaces import enter, sh, within

RWHOD = sys.argv[1]
HOSTS = int(sys.argv[2]) if len(sys.argv) > 2 else 12_500
GATEWAYS = 5
INTERVAL = 180


def build():
    sh("mount -t tmpfs tmpfs /run && mkdir -p /run/netns && ip link set lo up")
    sh("ip link add name wan type bridge && ip link set wan up")
    for i in range(1, GATEWAYS + 1):
        sh(f"ip netns add gw{i} && ip netns add lan{i}")
        sh(f"ip link add wan{i} type veth peer name far netns gw{i} && ip link set wan{i} master wan up")
        sh(f"ip -n gw{i} link set lo up && ip -n gw{i} addr add 10.0.0.{i}/24 dev far && ip -n gw{i} link set far up")
        sh(f"ip -n gw{i} link add lan type veth peer name host netns lan{i}")
        sh(f"ip -n gw{i} addr add 10.1.{i}.1/24 brd + dev lan && ip -n gw{i} link set lan up")
        sh(f"ip -n lan{i} addr add 10.1.{i}.2/24 brd + dev host && ip -n lan{i} link set host up")


class Network:
    """A network of hosts, all announced from one address."""

    def __init__(self, number):
        self.number = number
        self.names = [f"lan{number}h{i:05d}" for i in range(HOSTS // GATEWAYS)]
        self.socket = within(f"lan{number}", self.open)

    @staticmethod
    def open():
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        made.bind(("", 513))
        return made

    def announce(self, name):
        now = int(time.time())
        record = struct.pack("!BB2xii32s3ii", 1, 1, now, 0, name.encode(), 20, 20, 5, now - 100_000)
        for user in (b"ann", b"bob"):
            record += struct.pack("!8s8sii", b"pts/0", user, now - 500, 60)
        self.socket.sendto(record, (f"10.1.{self.number}.255", 513))


class Gateway:
    def __init__(self, number):
        self.number, self.process = number, None

    def start(self):
        space, log = f"gw{self.number}", f"/run/gw{self.number}.log"
        seeds = " ".join(f"--seed 10.0.0.{i}:5514" for i in (1, 2, 3))
        sh(f"install -d -o rwhod /run/spool{self.number}")
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            f"exec ip netns exec {space} {RWHOD} --name gw{self.number} --spool /run/spool{self.number} "
            f"-i lan --query 127.0.0.1:5513 --query-socket none --cluster 10.0.0.{self.number}:5514 "
            f"--insecure-cluster {seeds}", shell=True, stderr=open(log, "ab"))
        return self

    def ask(self, request):
        def work():
            with socket.create_connection(("127.0.0.1", 5513), timeout=20) as to:
                to.sendall(request.encode() + b"\n")
                reply = b""
                while part := to.recv(1 << 20):
                    reply += part
                return reply

        for _ in range(400):
            if (reply := within(f"gw{self.number}", work)) is not None:
                return reply
            time.sleep(0.05)
        raise SystemExit(f"gw{self.number} does not answer: {open(f'/run/gw{self.number}.log').read()[-2000:]}")

    def board(self):
        """Names to when each was sent."""
        return {host["name"]: host["sent"] for host in json.loads(self.ask("json"))["hosts"]}

    def count(self):
        return self.ask("ruptime").count(b"\n")

    def has(self, name):
        return name.encode() in self.ask(f"ruptime {name}").split()

    def ticks(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])

    def resident(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def until(what, limit, condition, pause=0.05):
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > limit:
            raise SystemExit(f"not within {limit} s: {what}")
        time.sleep(pause)
    return time.monotonic() - begin


def between():
    """Bytes that the gateways sent each other."""
    with open("/proc/net/dev") as lines:
        return sum(int(line.split(":")[1].split()[0]) for line in lines if line.strip().startswith("wan")
                   and line.split(":")[0].strip() != "wan")


def idle(gateways, seconds):
    before, begin = [at.ticks() for at in gateways], time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - begin
    hertz = os.sysconf("SC_CLK_TCK")
    cpu = sorted(100 * (at.ticks() - was) / hertz / passed for at, was in zip(gateways, before))
    memory = sorted(at.resident() for at in gateways)
    return cpu, memory


def main():
    build()
    networks = [Network(i) for i in range(1, GATEWAYS + 1)]
    gateways = [Gateway(i).start() for i in range(1, GATEWAYS)]  # all but the last one
    until("the first gateways answer", 60, lambda: all(at.count() >= GATEWAYS - 1 for at in gateways))
    for network in networks[:-1]:
        for number, name in enumerate(network.names):
            network.announce(name)
            if number % 50 == 49:
                time.sleep(0.05)
    whole = (GATEWAYS - 1) * (HOSTS // GATEWAYS) + GATEWAYS - 1
    until("the boards are whole", 120, lambda: all(at.count() == whole for at in gateways))

    stop = threading.Event()
    count = [0]

    def announce_all():
        pause, turn, due = INTERVAL / HOSTS, 0, time.monotonic()
        while not stop.is_set():
            network = networks[turn % GATEWAYS]
            network.announce(network.names[turn // GATEWAYS % len(network.names)])
            count[0], turn, due = count[0] + 1, turn + 1, due + pause
            time.sleep(max(0, due - time.monotonic()))

    last = Gateway(GATEWAYS).start()
    until("the last gateway listens", 60, lambda: b"joined the federation" in open("/run/gw5.log", "rb").read())
    joined = time.monotonic()
    until("the late joiner has the whole board", 60, lambda: last.count() >= whole + 1)
    done = time.monotonic()
    print(f"late joiner: whole board of {whole} hosts {done - joined:.2f} s after it joined, "
          f"{done - last.began:.2f} s after it was started", flush=True)
    gateways.append(last)
    for number, name in enumerate(networks[-1].names):
        networks[-1].announce(name)
        if number % 50 == 49:
            time.sleep(0.05)
    thread = threading.Thread(target=announce_all, daemon=True)
    thread.start()
    time.sleep(15)

    taken = []
    for turn in range(10):
        network = networks[turn % GATEWAYS]
        begin = time.monotonic()
        network.announce(f"news{turn}")
        until("news is everywhere", 30, lambda: all(at.has(f"news{turn}") for at in gateways))
        taken.append(time.monotonic() - begin)
    taken.sort()
    print(f"news of one network on all boards: median {taken[5]:.2f} s, worst {taken[-1]:.2f} s", flush=True)

    sent, way = [at.ask("stats") for at in gateways], between()
    cpu, memory = idle(gateways, 30)
    way, after = between() - way, [at.ask("stats") for at in gateways]
    told = sum(json.loads(b)["counters"]["federated"] - json.loads(a)["counters"]["federated"]
               for a, b in zip(sent, after)) / 30
    print(f"with {HOSTS / INTERVAL:.0f} announcements/s: {cpu[2]:.2f} % of a core ({cpu[0]:.2f} to {cpu[-1]:.2f}), "
          f"{memory[2]:.0f} MiB ({memory[0]:.0f} to {memory[-1]:.0f}); {told:.0f} statuses told/s by all, "
          f"{way / 30e3:.1f} kB/s between them", flush=True)

    sh("ip link add name apart type bridge && ip link set apart up")
    sh("ip link set wan4 master apart && ip link set wan5 master apart")
    time.sleep(60)
    for i in (4, 5):
        sh(f"ip link set wan{i} master wan")
    begin = time.monotonic()

    def agree():
        # What is on its way while boards are read is no difference: each is as new as the oldest reading.
        boards = [at.board() for at in gateways]
        names = set().union(*boards)
        return all(len(board) == len(names) for board in boards) and all(
            max(board[name] for board in boards) - min(board[name] for board in boards) <= 3 or
            max(board[name] for board in boards) >= started for name in names)

    started = int(time.time()) - 1
    until("boards agree", 120, agree, 0.5)
    print(f"after a partition of 60 s: all boards agree within {time.monotonic() - begin:.2f} s", flush=True)
    stop.set()
    thread.join()
    time.sleep(20)
    cpu, memory = idle(gateways, 60)
    print(f"idle: {cpu[2]:.2f} % of a core ({cpu[0]:.2f} to {cpu[-1]:.2f}), "
          f"{memory[2]:.0f} MiB ({memory[0]:.0f} to {memory[-1]:.0f})", flush=True)
    for at in gateways:
        at.process.send_signal(signal.SIGTERM)
    for at in gateways:
        at.process.wait(30)


main()
