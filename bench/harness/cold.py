"""Reads of what is not on this node, from an S3 server on loopback, against the same client without a mount."""

import os
import random
import time

from . import process, s3, tools
from .agent import Mount
from .client import Client
from .context import GIB
from .line import Line
from .result import faster, smaller
from .stats import median, paired_ratio, percentile, spread

READ_BYTES = 1 << 20
PAGE = 4096

# A tenth of the usual network of a node, and twice and four times that: of the last the server leaves two cores little.
LINES_MEGABITS = (1250, 2500, 5000)

# A block goes on arriving after its first bytes were served; the next sample waits for that to end.
REST_SECONDS = 0.02


def sequential(context):
    """Each round reads an object that nobody read before; the first one warms both JVMs up and is not counted."""
    tools.fuse()
    server, rounds = s3.Server(context), context.rounds(3, 5)
    size = context.file_bytes(3 * GIB // 4, 2 * GIB)
    for number in range(rounds + 1):
        context.random_file(server.bucket / f"object-{number}", size)
        server.tag(server.bucket / f"object-{number}", f"{number:032x}")
    client, mount = Client(context, server), Mount(context, "cold", f"s3://{s3.BUCKET}", server=server)
    memory, kept, file, ours, cpu, client_cpu, server_cpu = [], [], [], [], [], [], []
    for number in range(rounds + 1):
        key = f"object-{number}"
        before, serving = process.cpu_seconds(client.pid), process.cpu_seconds(server.process.pid)
        memory.append(_rate(client.download(key)))
        client_cpu.append((process.cpu_seconds(client.pid) - before) / (size / 1e9))
        server_cpu.append((process.cpu_seconds(server.process.pid) - serving) / (size / 1e9))
        kept.append(_rate(client.keep(key)))
        before = mount.cpu_seconds()
        ours.append(_rate(_read_all(mount.path / key)))
        mount.await_disk(size * (number + 1))
        cpu.append((mount.cpu_seconds() - before) / (size / 1e9))
        target = context.workspace.path / "download"
        file.append(_rate(client.download(key, target)))
        target.unlink()
    memory, kept, file, ours, cpu = memory[1:], kept[1:], file[1:], ours[1:], cpu[1:]
    case = faster(
        "cold-s3-sequential", "mount", True, median(ours), "GB/s", median(memory),
        file_bytes=size, mount=spread(ours), download=spread(memory), download_kept_in_memory=spread(kept),
        download_to_file=spread(file), ratio_to_kept=round(paired_ratio(ours, kept), 3), ratio_to_file=round(paired_ratio(ours, file), 3), agent_cpu_seconds_per_gb=round(median(cpu), 3),
        client_cpu_seconds_per_gb=round(median(client_cpu[1:]), 3),
        server_cpu_seconds_per_gb=round(median(server_cpu[1:]), 3),
        source=mount.stat().get("fromSource"), prefetch=mount.stat().get("prefetch"),
    )  # fmt: skip
    case.ratio = round(paired_ratio(ours, memory), 4)
    yield case


def over_a_line(context):
    """The same where the network is the limit and not the processors: one object that nobody has read in each round."""
    tools.fuse()
    line, rounds = Line(context), context.rounds(3, 5)
    server, size = s3.Server(context, line), context.file_bytes(GIB // 4, GIB)
    keys = [f"object-{number}" for number in range(1 + rounds * len(LINES_MEGABITS))]
    for number, key in enumerate(keys):
        context.random_file(server.bucket / key, size)
        server.tag(server.bucket / key, f"{number:032x}")
    client, mount = Client(context, server), Mount(context, "line", f"s3://{s3.BUCKET}", server=server)
    # At full speed: it warms both up.
    client.download(keys[0])
    _read_all(mount.path / keys.pop(0))
    for megabits in LINES_MEGABITS:
        line.limit(megabits)
        ours, download = [], []
        for number in range(rounds):
            key = keys.pop()
            turns = [
                lambda key=key: download.append(_rate(client.download(key))),
                lambda key=key: ours.append(_rate(_read_all(mount.path / key))),
            ]
            for turn in turns if number % 2 else reversed(turns):
                turn()
        case = faster(
            "cold-s3-line", f"{megabits}mbit", True, median(ours), "GB/s", median(download),
            file_bytes=size, mount=spread(ours), download=spread(download), line_gb_per_second=megabits / 8000,
        )  # fmt: skip
        case.ratio = round(paired_ratio(ours, download), 4)
        yield case


def first_byte(context):
    """4 KiB at offsets of which no two share a block: every one is a round trip to the source."""
    tools.fuse()
    server, size = s3.Server(context), context.file_bytes()
    context.random_file(server.bucket / "big", size)
    server.tag(server.bucket / "big", "first-byte")
    client, mount = Client(context, server), Mount(context, "first", f"s3://{s3.BUCKET}", server=server)
    raw = server.connection()
    block = 4 << 20
    chosen = random.Random(3)
    offsets = [index * block + chosen.randrange(block // PAGE) * PAGE for index in range(size // block)]
    chosen.shuffle(offsets)
    offsets = offsets[: context.rounds(250, 1000)]
    ours, get, http = [], [], []
    descriptor = os.open(mount.path / "big", os.O_RDONLY)
    try:
        for offset in offsets:
            get.append(client.read("big", offset, PAGE)["seconds"])
            http.append(_timed(lambda at=offset: server.ranged_get(raw, "big", at, PAGE)))
            ours.append(_timed(lambda at=offset: os.pread(descriptor, PAGE, at)))
            time.sleep(REST_SECONDS)
    finally:
        os.close(descriptor)
    # The first reads run interpreted in all three.
    skip = len(offsets) // 5
    ours, get, http = ([seconds * 1e3 for seconds in values[skip:]] for values in (ours, get, http))
    for name, of in (("median", median), ("p99", lambda values: percentile(values, 99))):
        yield smaller(
            "first-byte", name, True, of(ours), "ms", of(get),
            mount=spread(ours), get=spread(get), raw_http_get=round(of(http), 3),
            allowed=round(2 * of(get) + 0.5, 3),
        )  # fmt: skip


def _read_all(path):
    buffer = bytearray(READ_BYTES)
    began, total = time.perf_counter(), 0
    with open(path, "rb", buffering=0) as file:
        while count := file.readinto(buffer):
            total += count
    return {"count": total, "seconds": time.perf_counter() - began}


def _rate(answer):
    return answer["count"] / 1e9 / answer["seconds"]


def _timed(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
