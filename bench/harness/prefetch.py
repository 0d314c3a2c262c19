"""What fetching ahead is worth, by how far away the source is and to several readers of one file; and what it costs a
reader that goes nowhere in order."""

import os
import random
import re
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from . import s3, tools
from .agent import Mount, Variant
from .context import GIB, MIB
from .delay import Proxy
from .result import Case, faster, rounded
from .stats import median, paired_ratio, spread

LATENCIES_MS = (1, 10, 50)
READ_BYTES = 1 << 20

# As a loader of safetensors reads one file: threads with one descriptor, each its part of it.
PARTS = 4
PARTS_LATENCY_MS = 10
LARGEST_WINDOW = re.compile(r"^blobcache_prefetch_largest_window_bytes ([0-9.eE+]+)$", re.MULTILINE)
OFF = Variant("prefetch-off", {"prefetch": {"windowBytes": 0}})
ON = Variant("prefetch-on", {}, default=True)

# From a page to a request of the kernel.
PIECES = (4 << 10, 128 << 10, 1 << 20)

RANDOM_BYTES = 8 * GIB

# What is under way arrives and is counted.
SETTLE_SECONDS = 1


def measure(context):
    """Cold reads in order with fetching ahead and without, in turn; the first round of each agent is not counted."""
    tools.fuse()
    server = s3.Server(context)
    size, rounds = (512 if context.full else 64) * MIB, context.rounds(3, 5)
    for number in range(rounds + 1):
        _object(context, server, f"object-{number}", size)
    for latency in LATENCIES_MS:
        yield _sequential(context, server, f"sequential-{latency}ms", latency, size, rounds, _in_order)
    yield _sequential(context, server, f"parts-{PARTS_LATENCY_MS}ms", PARTS_LATENCY_MS, size, rounds, _in_parts)
    # A hole: so many more blocks than are read that hardly any is fetched ahead and then read by chance.
    with open(server.bucket / "random", "wb") as file:
        file.truncate(RANDOM_BYTES)
    server.tag(server.bucket / "random", "etag-random")
    yield _random(context, server, RANDOM_BYTES)


def _sequential(context, server, case, latency, size, rounds, read):
    proxy = Proxy(context, server, latency)
    mounts = {v.name: Mount(context, f"{v.name}-{case}", f"s3://{s3.BUCKET}", v, proxy) for v in (ON, OFF)}
    rates = {name: [] for name in mounts}
    for number in range(rounds + 1):
        order = list(mounts) if number % 2 else list(reversed(mounts))
        for name in order:
            rates[name].append(_rate(mounts[name].path / f"object-{number}", size, read))
    ahead, window = mounts[ON.name].stat()["prefetch"], _largest_window(mounts[ON.name])
    for mount in mounts.values():
        mount.close()
    on, off = rates[ON.name][1:], rates[OFF.name][1:]
    result = faster(
        "prefetch", case, True, median(on), "GB/s", median(off),
        file_bytes=size, on=spread(on), off=spread(off), prefetch=ahead, largest_window_bytes=window,
    )  # fmt: skip
    result.ratio = round(paired_ratio(on, off), 4)
    return result


def _random(context, server, size):
    """Pieces at random offsets: what was fetched ahead and not read, of all that was fetched. Baseline: 5 %."""
    proxy = Proxy(context, server, 1)
    mount = Mount(context, "random", f"s3://{s3.BUCKET}", ON, proxy)
    chosen, count = random.Random(5), context.rounds(120, 1000)
    descriptor = os.open(mount.path / "random", os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_RANDOM)
    try:
        for number in range(count):
            piece = PIECES[number % len(PIECES)]
            os.pread(descriptor, piece, chosen.randrange((size - piece) // 4096) * 4096)
    finally:
        os.close(descriptor)
    time.sleep(SETTLE_SECONDS)
    stat = mount.stat()
    ahead, fetched = stat["prefetch"], stat["fromSource"]["receivedBytes"]
    unread = ahead["fetchedBytes"] - ahead["usedBytes"]
    share = 100 * unread / fetched
    mount.close()
    return Case("prefetch", "random-wasted", True, rounded(share), "%", 5.0, rounded(5 / max(share, 0.05)),
                {"pieces": count, "fetched_bytes": fetched, "prefetch": ahead})  # fmt: skip


def _object(context, server, key, size):
    context.random_file(server.bucket / key, size)
    server.tag(server.bucket / key, f"etag-{key}")


def _largest_window(mount):
    """The farthest ahead of one reader that blocks were fetched."""
    with urllib.request.urlopen(f"http://127.0.0.1:{mount.stat()['adminPort']}/metrics", timeout=10) as answer:
        return int(float(LARGEST_WINDOW.search(answer.read().decode()).group(1)))


def _rate(path, size, read):
    began = time.perf_counter()
    descriptor = os.open(path, os.O_RDONLY)
    try:
        total = read(descriptor, size)
    finally:
        os.close(descriptor)
    if total != size:
        raise RuntimeError(f"{path} has {total} bytes, not {size}")
    return total / 1e9 / (time.perf_counter() - began)


def _in_order(descriptor, size):
    return _part(descriptor, 0, size)


def _in_parts(descriptor, size):
    part = size // PARTS
    with ThreadPoolExecutor(PARTS) as threads:
        return sum(threads.map(lambda number: _part(descriptor, number * part, part), range(PARTS)))


def _part(descriptor, offset, length):
    buffer, total = memoryview(bytearray(READ_BYTES)), 0
    while total < length and (count := os.preadv(descriptor, [buffer[: length - total]], offset + total)):
        total += count
    return total
