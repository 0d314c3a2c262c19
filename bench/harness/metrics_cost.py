"""What metrics cost: the same reads out of memory by an agent that counts, one that counts and is scraped, and a deaf one.

Deaf (`-Dblobcache.metrics=off`) means that no counter is added to and that no clock is asked for a duration; the one that
the deadline of a request needs is asked by both. What a reader then sees of metrics is nothing but zeros.
"""

import contextlib
import mmap
import os
import random
import subprocess
import sys
import time

from . import tools
from .agent import Mount, Variant
from .context import MIB
from .result import faster
from .stats import median, paired_ratio, percentile, spread

FILE_BYTES = 256 * MIB
SCRAPE_SECONDS = 1.0

# All of the file stays in memory; without disk tier and passthrough every read is a request that memory answers.
SETTINGS = {
    "fuse": {"transport": "kernel", "passthrough": False},
    "memory": {"budgetBytes": "512MiB", "tierBytes": "320MiB"},
    "disk": {"enabled": False},
}  # fmt: skip

# A pass is some quarter of a second: long enough for a clock and short enough that what drifts drifts for all three.
SEQUENTIAL_TURNS = 1
RANDOM_READS = 4_096
RANDOM_BYTES = 4096
WARM_PASSES = 6

RESAMPLES = 2000


def measure(context):
    """Several pairs of agents, since one Java is not compiled like the next; within a pair many passes in turn."""
    tools.fuse()
    source = context.workspace.folder("source")
    context.random_file(source / "big", FILE_BYTES)
    readings = {pattern: {"deaf": [], "counting": [], "scraped": []} for pattern in PATTERNS}
    cpu = {pattern: dict.fromkeys(readings[pattern], 0.0) for pattern in PATTERNS}
    pairs = context.rounds(2, 8)
    by_pair = {pattern: [] for pattern in PATTERNS}
    for pair in range(pairs):
        context.note(f"metrics-cost: pair {pair + 1} of {pairs}")
        deaf, counting = (_mount(context, pair, source, name) for name in ("off", "on"))
        scraper, nobody = _Scraper(context, counting.stat()["adminPort"]), contextlib.nullcontext()
        contenders = {"deaf": (deaf, nobody), "counting": (counting, nobody), "scraped": (counting, scraper)}
        for part, (pattern, read) in enumerate(PATTERNS.items(), pair * len(PATTERNS) + 1):
            for mount in (deaf, counting):
                for _ in range(WARM_PASSES):
                    read(mount.path / "big", random.Random(0))
            before = {name: len(values) for name, values in readings[pattern].items()}
            order = list(contenders)
            for number in context.passes(6, 24, part / (pairs * len(PATTERNS))):
                for name in order:
                    mount, watcher = contenders[name]
                    began = mount.cpu_seconds()
                    with watcher:
                        readings[pattern][name].append(read(mount.path / "big", random.Random(number)))
                    cpu[pattern][name] += mount.cpu_seconds() - began
                # Each comes first, second and third equally often, in both directions.
                order = order[1:] + order[:1] if number % 3 else order[::-1]
            of_pair = {name: values[before[name]:] for name, values in readings[pattern].items()}
            by_pair[pattern].append({n: paired_ratio(of_pair[n], of_pair["deaf"]) for n in ("counting", "scraped")})
        for mount in (deaf, counting):
            _check(mount, mount is counting)
            mount.unmount()
    for pattern in PATTERNS:
        for name in ("counting", "scraped"):
            yield _case(pattern, name, readings[pattern], cpu[pattern], [pair[name] for pair in by_pair[pattern]])


def _case(pattern, name, readings, cpu, ratios_of_pairs):
    ours, deaf = readings[name], readings["deaf"]
    ratios = [mine / other for mine, other in zip(ours, deaf)]
    low, high = _interval(ratios)
    case = faster(
        "metrics-cost", f"{pattern}-{name}", name == "scraped", median(ours), UNITS[pattern], median(deaf),
        with_metrics=spread(ours), without=spread(deaf), ratio_95_percent=[round(low, 4), round(high, 4)],
        ratio_of_each_pair_of_agents=[round(ratio, 4) for ratio in ratios_of_pairs],
        agent_cpu_ratio=round(cpu[name] / cpu["deaf"], 4),
    )  # fmt: skip
    case.ratio = round(median(ratios), 4)
    return case


def _interval(ratios):
    """Where the median would be 19 times in 20, were the passes taken anew (bootstrap)."""
    drawn = random.Random(1)
    medians = [median(drawn.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES)]
    return percentile(medians, 2.5), percentile(medians, 97.5)


def _mount(context, pair, source, metrics):
    mount = _Switched(context, f"{metrics}-{pair}", source, metrics)
    with open(mount.path / "big", "rb", buffering=0) as file:
        while file.read(MIB):
            pass
    return mount


class _Switched(Mount):
    """A mount whose agent is told by a property, which no configuration has. Both are told something."""

    def __init__(self, context, name, source, metrics):
        self._metrics = metrics
        super().__init__(context, f"metrics-{name}", f"dir:{source}", Variant(metrics, SETTINGS))

    def mount(self):
        self._environment["JAVA_TOOL_OPTIONS"] = f"-Dblobcache.metrics={self._metrics}"
        return super().mount()


def _check(mount, counts):
    """That every read came from memory, and that deaf is deaf."""
    memory = mount.tier("memory")
    if counts and memory["readBytes"] < 10 * FILE_BYTES or not counts and memory["readBytes"]:
        raise RuntimeError(f"metrics {'on' if counts else 'off'}, and memory has counted {memory}")


class _Scraper:
    """GET /metrics at the start of a pass and every second from then on, by a process of its own: a thread of this one
    would take turns with the reader. So a pass of a quarter
    of a second is scraped once, four times as often as every second."""

    PROGRAM = """
import select, sys, urllib.request
url, seconds = sys.argv[1], float(sys.argv[2])
while sys.stdin.readline():
    while True:
        with urllib.request.urlopen(url, timeout=10) as answer:
            answer.read()
        if select.select([sys.stdin], [], [], seconds)[0]:
            break
    sys.stdin.readline()
    print("done", flush=True)
"""

    def __init__(self, context, port):
        command = [sys.executable, "-c", self.PROGRAM, f"http://127.0.0.1:{port}/metrics", str(SCRAPE_SECONDS)]
        self._process = context.workspace.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        self._say()

    def __exit__(self, *_):
        self._say()
        self._process.stdout.readline()

    def _say(self):
        self._process.stdin.write("\n")
        self._process.stdin.flush()


def _sequential(path, _random):
    """GB/s of whole passes, each with the kernel's pages dropped first."""
    buffer = memoryview(bytearray(MIB))
    with open(path, "rb", buffering=0) as file:
        seconds = 0.0
        for _ in range(SEQUENTIAL_TURNS):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            file.seek(0)
            began = time.perf_counter()
            while file.readinto(buffer):
                pass
            seconds += time.perf_counter() - began
    return SEQUENTIAL_TURNS * FILE_BYTES / seconds / 1e9


def _random_4k(path, rng):
    """Reads a second of 4 KiB, no page twice."""
    offsets = [RANDOM_BYTES * page for page in rng.sample(range(FILE_BYTES // RANDOM_BYTES), RANDOM_READS)]
    buffer = mmap.mmap(-1, RANDOM_BYTES)
    with open(path, "rb", buffering=0) as file:
        descriptor = file.fileno()
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_RANDOM)
        into = [buffer]
        began = time.perf_counter()
        for offset in offsets:
            os.preadv(descriptor, into, offset)
        return RANDOM_READS / (time.perf_counter() - began)


PATTERNS = {"sequential": _sequential, "random-4k": _random_4k}
UNITS = {"sequential": "GB/s", "random-4k": "IOPS"}
