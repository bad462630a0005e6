"""What a measurement says, and the table of them."""

ROWS = {}

# Why a row falls short where it does.
REASONS = {
    "memory": [
        "beside a hello world 7.6 MiB more of code and of what describes it are touched (pages of the one file, which "
        "the system can drop and read again), the runtime keeps 3.3 MiB more for types and stubs, heaps and stacks are "
        "4.1; smaller generations, a heap that is kept dense, no concurrent collection, pages writable and executable "
        "at once, no tiers: none of them makes it smaller",
    ],
    "simulation": [
        "each row of each host is touched once an interval, when it is in no cache: four to eight microseconds of a core "
        "a delivery, by how fast memory is in that hour: 110 ns a look into 16 MiB, 200 to 330 ns into 1 GiB",
    ],
    "idle": [
        "on a silent network it is 0.006 %; a datagram that comes alone every 180 ms finds every cache cold, so that "
        "the code that takes it is fetched from memory line by line: 0.1 to 0.2 ms, where in a flood it is 1.8 us, "
        "which makes 0.07 to 0.09 %, however well the code is compiled; the files, once a second and by a timer, take "
        "0.08 % in the pool and 0.03 % in the runtime's timer thread, and the pool's own watch 0.015 %",
    ],
}


class Spread:
    """Median and quartiles of a few measurements."""

    def __init__(self, values, unit="", digits=2):
        values = sorted(values)
        at = len(values) - 1
        self.low, self.median, self.high = values[(at + 2) // 4], values[(at + 1) // 2], values[(3 * at + 2) // 4]
        self.unit, self.digits = unit, digits

    def __str__(self):
        low, median, high = (f"{value:,.{self.digits}f}" for value in (self.low, self.median, self.high))
        between = f" ({low} to {high})" if low != high else ""
        return f"{median}{' ' if self.unit else ''}{self.unit}{between}"


def spread(values, unit="", digits=2):
    return Spread(values, unit, digits)


class Figure:
    def __init__(self, measured, holds, beside):
        self.measured, self.holds, self.beside = str(measured), holds, beside


def row(name, work, against, wanted):
    """Makes a function a row: given the folder of the programs, it answers a Figure."""

    def add(measure):
        ROWS[name] = (work, against, wanted, measure)
        return measure

    return add
