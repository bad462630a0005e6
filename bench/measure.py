"""measure.py PROGRAMS MACHINE OUTPUT ROW...: measures these rows with the programs in a folder, in namespaces of its own
(see run), and writes them as a table, after the text of the file MACHINE, to OUTPUT. A row that cannot be measured
says why; then the status is 1."""

import os
import sys
import time
import traceback

import readers  # noqa: F401, each makes its rows known
import resting  # noqa: F401
import simulated  # noqa: F401
import traffic  # noqa: F401
from figures import REASONS, ROWS

HEAD = "| | work | against | wanted | measured | holds |\n|---|---|---|---|---|---|\n"


def measure(name, programs):
    """One line of the table, and whether there is a figure."""
    work, against, wanted, measurement = ROWS[name]
    begin = time.monotonic()
    try:
        figure = measurement(programs)
        holds = "yes" if figure.holds else ": ".join(["no", *REASONS.get(name, [])])
        measured = f"{figure.measured}. {figure.beside[0].upper()}{figure.beside[1:]}"
    except Exception as failure:
        traceback.print_exc()
        holds, measured = "not measured", f"{type(failure).__name__}: {failure}".replace("\n", " ")
    print(f"{name} ({time.monotonic() - begin:.0f} s): {measured}: {holds}", flush=True)
    return f"| {name} | {work} | {against} | {wanted} | {measured} | {holds} |\n", holds != "not measured"


def main():
    programs, machine, output, *names = sys.argv[1:]
    all_measured = True
    with open(machine) as head, open(output, "w") as file:
        file.write(head.read() + "\n" + HEAD)
        for name in names:
            line, is_measured = measure(name, programs)
            all_measured = all_measured and is_measured
            file.write(line)
            file.flush()
    sys.exit(0 if all_measured else 1)


main()
