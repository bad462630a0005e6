"""The row of simulated sites: every host's record relayed to every other."""

import re
import subprocess

from figures import Figure, row, spread

SITES = {
    "100 hosts, 5 LANs, 24 h": (["--hosts", "100", "--lans", "5", "--hours", "24"], 15, 3),
    "1000 hosts, 10 LANs, 1 h": (["--hosts", "1000", "--lans", "10", "--hours", "1"], 60, 2),
}


@row(
    "simulation", "simulation, every host's record relayed to every other", "-",
    "100 hosts, 5 LANs, 24 virtual hours in <= 15 s; 1000 hosts, 10 LANs, 1 hour in <= 60 s")
def simulation(programs):
    measured, beside, holds = [], [], True
    for site, (words, most, times) in SITES.items():
        seconds, rates = [], []
        for _ in range(times):
            output = subprocess.run(
                ["dotnet", f"{programs}/simulation/Rwho.Tests.Simulation.dll", "--seed", "1", "--calm", *words],
                check=True, capture_output=True, text=True).stdout
            took, deliveries = re.search(r"in ([0-9.]+) s; ([0-9]+) datagrams delivered", output).groups()
            seconds.append(float(took))
            rates.append(int(deliveries) / float(took) / 1e6)
        took = spread(seconds, "s", 1)
        holds = holds and took.median <= most
        measured.append(str(took))
        beside.append(f"{site}: {int(deliveries):,} deliveries, {spread(rates, 'million/s')}")
    return Figure("; ".join(measured), holds, "; ".join(beside))
