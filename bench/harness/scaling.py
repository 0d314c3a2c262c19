"""How time, memory and CPU grow with readers, with cached bytes and with files; names the growth of each."""

import math
import os
import random
import subprocess
import time

from . import fio, plot, process, tools
from .agent import COPYING, Mount
from .context import GIB, MIB
from .result import Case, rounded
from .stats import median, percentile

READERS = ((1, 8, 512), (1, 2, 4, 8, 64, 512))
READ_BYTES = 128 << 10
GIBIBYTES = ((1, 2), (1, 4, 16, 64))
FILES = ((1_000, 10_000, 30_000), (1_000, 10_000, 100_000, 1_000_000))
FILES_IN_A_DIRECTORY = 1000
TOUCHES = 4000

# Slope of log(cost) over log(size): what grows with the root of the size is no longer called logarithmic.
SLOPES = ((0.1, "constant"), (0.35, "logarithmic"), (0.8, "between logarithmic and linear"), (1.2, "linear"))

FALLOC_PUNCH_KEEPING_SIZE = ["fallocate", "--punch-hole", "--offset", "0"]


def measure(context):
    tools.fio()
    tools.fuse()
    curves = []
    for axis, measured in (("readers", _readers), ("cached-gib", _cached), ("files", _files)):
        points = list(measured(context))
        for quantity in points[0][1]:
            curves.append((axis, quantity, [(size, values[quantity]) for size, values in points]))
        for size, values in points:
            yield _case(axis, size, values, points)
    if context.plot:
        plot.write(context.plot, curves)
        context.note(f"scaling: the curves are in {context.plot}")


def _case(axis, size, values, points):
    """`value` is the first quantity, whose cost at the smallest size is the baseline."""
    first = next(iter(values))
    smallest = points[0][1][first]
    growth = {name: named_growth([(at, v[name]) for at, v in points]) for name in values}
    ratio = rounded(smallest / values[first]) if values[first] else 1.0
    details = {name: rounded(value) for name, value in values.items()}
    return Case(
        "scaling", f"{axis}-{size}", axis == "files", rounded(values[first]), first, rounded(smallest), ratio,
        {**details, "growth": growth},
    )  # fmt: skip


def named_growth(points):
    """Least squares over the logarithms. A cost that falls is called falling."""
    logs = [(math.log(size), math.log(cost)) for size, cost in points if cost > 0]
    if len(logs) < 2:
        return "constant"
    x_mean = sum(x for x, _ in logs) / len(logs)
    y_mean = sum(y for _, y in logs) / len(logs)
    slope = sum((x - x_mean) * (y - y_mean) for x, y in logs) / sum((x - x_mean) ** 2 for x, _ in logs)
    if slope < -SLOPES[0][0]:
        return f"falling ({slope:.2f})"
    name = next((name for limit, name in SLOPES if slope < limit), "more than linear")
    return f"{name} ({slope:.2f})"


def _readers(context):
    """The same reads of 128 KiB at random, shared out among ever more readers of one copying mount."""
    size = 512 * MIB if context.full else 256 * MIB
    source = context.workspace.folder("source-readers")
    context.random_file(source / "big", size)
    mount = Mount(context, "readers", f"dir:{source}", COPYING)
    mount.fill("big")
    file = mount.path / "big"
    fio.shared_random(file, 1, size, READ_BYTES)
    for readers in READERS[context.full]:
        seconds, micros, p99 = [], [], []
        for _ in range(context.rounds(2, 5)):
            before = mount.cpu_seconds()
            reading = fio.shared_random(file, readers, size, READ_BYTES)
            reads = reading.bytes / READ_BYTES
            seconds.append(1e6 / reading.operations_per_second)
            micros.append((mount.cpu_seconds() - before) * 1e6 / reads)
            p99.append(reading.p99_micros)
        yield readers, {
            "us/read": median(seconds),
            "agent-cpu-us/read": median(micros),
            "p99-us": median(p99),
            "agent-resident-mb": process.resident_bytes(mount.pid) / 1e6,
        }
    mount.close()


def _cached(context):
    """Blobs of 1 GiB, all zeros, complete in the disk tier; the tier's files are given holes once they are filled."""
    source = context.workspace.folder("source-cached")
    for number in range(GIBIBYTES[context.full][-1]):
        with open(source / f"blob-{number:03}", "wb") as file:
            file.truncate(GIB)
    mount = Mount(context, "cached", f"dir:{source}", COPYING)
    filled = 0
    for gibibytes in GIBIBYTES[context.full]:
        while filled < gibibytes:
            _fill_and_punch(mount, f"blob-{filled:03}")
            filled += 1
        mounted = median([mount.again() for _ in range(context.rounds(1, 5))])
        _touch(mount, filled, TOUCHES // 4)
        before = mount.cpu_seconds()
        seconds = _touch(mount, filled, TOUCHES)
        yield gibibytes, {
            "us/read": median(seconds) * 1e6,
            "p99-us": percentile(seconds, 99) * 1e6,
            "agent-cpu-us/read": (mount.cpu_seconds() - before) * 1e6 / TOUCHES,
            "mount-seconds": mounted,
            "agent-resident-mb": process.resident_bytes(mount.pid) / 1e6,
        }
    mount.close()


def _fill_and_punch(mount, name):
    known = set(_tier_files(mount))
    before = mount.tier("disk")["usedBytes"]
    for _ in range(3):
        with open(mount.path / name, "rb", buffering=0) as file:
            while file.read(MIB):
                pass
        if mount.await_disk(before + GIB):
            break
    else:
        raise RuntimeError(f"the disk tier did not take {name}")
    for file in set(_tier_files(mount)) - known:
        subprocess.run([*FALLOC_PUNCH_KEEPING_SIZE, "--length", str(GIB), str(file)], check=True)


def _tier_files(mount):
    return [file for file in mount.state.rglob("*") if file.is_file() and file.stat().st_size == GIB]


def _touch(mount, blobs, touches):
    """4 KiB at random places of random blobs, each opened anew. Returns the seconds of each."""
    choose = random.Random(touches)
    seconds = []
    for _ in range(touches):
        path = mount.path / f"blob-{choose.randrange(blobs):03}"
        offset = choose.randrange(GIB // 4096) * 4096
        began = time.perf_counter()
        with open(path, "rb", buffering=0) as file:
            os.pread(file.fileno(), 4096, offset)
        seconds.append(time.perf_counter() - began)
    return seconds


def _files(context):
    """Directories of 1,000 empty files each: found by an agent that knows nothing of them, and found again."""
    for files in FILES[context.full]:
        source = context.workspace.folder(f"source-{files}")
        for directory in range(files // FILES_IN_A_DIRECTORY):
            folder = source / f"d{directory:04}"
            folder.mkdir()
            for number in range(FILES_IN_A_DIRECTORY):
                os.close(os.open(folder / f"file-{number:04}", os.O_CREAT | os.O_WRONLY))
        mount = Mount(context, f"files-{files}", f"dir:{source}")
        before = mount.cpu_seconds()
        cold = _find(mount.path, files)
        cpu = mount.cpu_seconds() - before
        warm = median([_find(mount.path, files) for _ in range(3)])
        yield files, {
            "cold-us/file": cold * 1e6 / files,
            "warm-us/file": warm * 1e6 / files,
            "agent-cpu-us/file": cpu * 1e6 / files,
            "agent-resident-mb": process.resident_bytes(mount.pid) / 1e6,
        }
        mount.close()
        subprocess.run(["rm", "-rf", str(source), str(mount.state)], check=True)


def _find(root, files):
    began = time.perf_counter()
    found = subprocess.run(["find", str(root), "-type", "f"], capture_output=True, check=True).stdout.count(b"\n")
    if found != files:
        raise RuntimeError(f"find saw {found} of {files} files below {root}")
    return time.perf_counter() - began
