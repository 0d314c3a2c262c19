"""One case: both sides in turn, in rounds whose order rotates, as bench/run does it."""

import contextlib
import os
import signal
import threading
from dataclasses import asdict, dataclass

from harness.stats import median, paired_ratio, spread

WARM_OPERATIONS = ("get", "stream", "store", "block")
STOPPED_SECONDS = 0.1


@dataclass(frozen=True)
class Effort:
    rounds: int
    round_millis: int
    warm_millis: int


QUICK = Effort(rounds=3, round_millis=150, warm_millis=3000)
WHOLE = Effort(rounds=7, round_millis=300, warm_millis=4000)


@dataclass(frozen=True)
class Result:
    """`ratio`: how many times as fast as the yardstick, median of the rounds; `spread` is that of the rounds."""

    name: str
    ratio: float
    spread: dict
    mb_per_second: float
    yardstick_mb_per_second: float
    cpu_seconds_per_gb: float
    yardstick_cpu_seconds_per_gb: float
    busy: int

    def json(self):
        return asdict(self)


class Reading:
    """What one side did in one case."""

    def __init__(self, side, operation):
        self._side = side
        self._operation = operation
        self.rates = []
        self.busy = 0
        self._gigabytes = self._cpu = 0.0

    def round(self, file, concurrency, millis):
        before = self._side.cpu_seconds()
        answer = self._side.call(self._operation, file, concurrency, millis)
        self._cpu += self._side.cpu_seconds() - before
        self._gigabytes += answer["count"] / 1e9
        self.busy += answer["busy"]
        self.rates.append(answer["count"] / answer["seconds"] / 1e6)

    def cpu_seconds_per_gb(self):
        return round(self._cpu / self._gigabytes, 3)


def warm(ours, yardstick, file, effort):
    """Both ends are compiled while they run."""
    for operation in WARM_OPERATIONS:
        ours.call(operation, file, 4, effort.warm_millis)
        if operation != "block":
            yardstick.call(operation, file, 4, effort.warm_millis)


def measure(case, ours, yardstick, file, effort):
    first, second = Reading(ours, case.operation), Reading(yardstick, case.yardstick())
    # The first of a size lays out buffers and connections, and is not counted.
    for reading in (first, second):
        Reading(reading._side, reading._operation).round(file, case.concurrency, 1)
    order = [first, second]
    for _ in range(effort.rounds):
        for reading in order:
            reading.round(file, case.concurrency, effort.round_millis)
        order.reverse()
    ratios = [mine / other for mine, other in zip(first.rates, second.rates)]
    return Result(
        case.name, round(paired_ratio(first.rates, second.rates), 3), spread(ratios), round(median(first.rates), 1),
        round(median(second.rates), 1), first.cpu_seconds_per_gb(), second.cpu_seconds_per_gb(), first.busy,
    )  # fmt: skip


@contextlib.contextmanager
def slowed(pid, percent):
    """Stops the process for that share of the time: a server that is slower at everything, to try the comparison with."""
    if not percent:
        yield
        return
    over = threading.Event()
    pulse = threading.Thread(target=_pulse, args=(pid, percent / 100, over))
    pulse.start()
    try:
        yield
    finally:
        over.set()
        pulse.join()


def _pulse(pid, share, over):
    try:
        while not over.wait(STOPPED_SECONDS / share - STOPPED_SECONDS):
            os.kill(pid, signal.SIGSTOP)
            over.wait(STOPPED_SECONDS)
            os.kill(pid, signal.SIGCONT)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
