"""Reads of the disk tier with nothing in the page cache, the kernel told how the files are read against not told."""

import os
import threading
import time

from . import agent, fio, tools
from .context import GIB, MIB
from .result import faster
from .stats import median, paired_ratio, spread

# The disk answers and not the memory tier.
ON_DISK = {"memory": {"tierBytes": 0}}
COPYING = {"fuse": {"transport": "kernel", "passthrough": False}}
SILENT = {"disk": {"fadvise": False}}

STREAMS = 4
SHARD_BYTES = 2 * MIB
SHARDS = 32


def measure(context):
    """Both in each round, in an order that rotates; what lies in the page cache is dropped before each reading."""
    tools.fio()
    tools.fuse()
    size = context.file_bytes(GIB // 4, GIB)
    source = context.workspace.folder("source")
    context.random_file(source / "big", size)
    for shard in range(SHARDS):
        context.random_file(source / "shards" / f"{shard:03}", SHARD_BYTES)
    yield from _compare(context, source, "copying", COPYING, ("sequential", "streams", "random-128k", "shards"))
    yield from _compare(context, source, "passthrough", {}, ("sequential", "shards"))


def _compare(context, source, transport, settings, patterns):
    told = _mount(context, source, f"{transport}-told", {**ON_DISK, **settings})
    silent = _mount(context, source, f"{transport}-silent", {**ON_DISK, **settings, **SILENT})
    for pattern in patterns:
        readings = {told: [], silent: []}
        order = [told, silent]
        for _ in context.passes(4, 11):
            for mount in order:
                _drop(mount)
                readings[mount].append(_read(mount, pattern))
            order.reverse()
        ours, theirs = readings[told], readings[silent]
        case = faster(
            "fadvise", f"{transport}-{pattern}", transport == "passthrough", median(ours), "GB/s", median(theirs),
            told=spread(ours), silent=spread(theirs),
        )  # fmt: skip
        case.ratio = round(paired_ratio(ours, theirs), 4)
        yield case
    for mount in (told, silent):
        mount.close()


def _mount(context, source, name, settings):
    mount = agent.Mount(context, name, f"dir:{source}", agent.Variant(name, settings))
    mount.fill("big")
    before = mount.tier("disk")["usedBytes"]
    for shard in sorted((mount.path / "shards").iterdir()):
        shard.read_bytes()
    if not mount.await_disk(before + SHARDS * SHARD_BYTES):
        raise RuntimeError("the disk tier did not take the shards")
    return mount


def _drop(mount):
    """Out of the page cache go the tier's files and what the kernel holds of the mount."""
    for folder in (mount.state, mount.path):
        for file in (f for f in folder.rglob("*") if f.is_file()):
            descriptor = os.open(file, os.O_RDONLY)
            try:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def _read(mount, pattern):
    """Returns GB/s."""
    big = mount.path / "big"
    if pattern in fio.PATTERNS:
        seconds = 1 if pattern.startswith("random") else 0
        return fio.read(big, pattern, os.path.getsize(big), False, seconds).bytes_per_second / 1e9
    if pattern == "shards":
        began = time.perf_counter()
        for shard in sorted((mount.path / "shards").iterdir()):
            _pass(shard, 0, SHARD_BYTES)
        return SHARDS * SHARD_BYTES / (time.perf_counter() - began) / 1e9
    part = os.path.getsize(big) // STREAMS
    threads = [threading.Thread(target=_pass, args=(big, i * part, part)) for i in range(STREAMS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return part * STREAMS / (time.perf_counter() - began) / 1e9


def _pass(file, offset, length):
    buffer = bytearray(MIB)
    with open(file, "rb", buffering=0) as opened:
        opened.seek(offset)
        left = length
        while left > 0:
            read = opened.readinto(buffer)
            if not read:
                raise RuntimeError(f"{file} ended {left} bytes early")
            left -= read
