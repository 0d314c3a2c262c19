"""Reads of what is on this node: the mount against the very file of the disk tier that stands behind it."""

from . import agent, fio, tools, yardstick
from .context import GIB, touch
from .result import faster
from .stats import median, paired_ratio, spread

UNITS = {"sequential": "GB/s", "random-4k": "IOPS", "random-128k": "GB/s"}

# 20,000 reads a second are 2 s x 80 MB of a copying mount; a random pass over the whole file would take 13 s.
# A pass of 512 MiB takes 13 to 60 ms natively, of which opening the file and fio's clock of whole milliseconds are a tenth. What
# holds no pages of its own, the native file and passthrough, can be read several times over without being helped by it.
LOOPS = {"sequential": 16, "random-4k": 2, "random-128k": 32}

MAX_SECONDS = {"sequential": 0, "random-4k": 2, "random-128k": 0}


def measure(context, pattern):
    """Native and every variant in each round, in an order that rotates: what drifts, drifts for all of them."""
    tools.fio()
    tools.fuse()
    size = context.file_bytes(GIB // 2)
    context.random_file(context.workspace.folder("source") / "big", size)
    mounts = {v: agent.Mount(context, v.name, f"dir:{context.workspace.folder('source')}", v) for v in agent.VARIANTS}
    native = None
    for variant, mount in mounts.items():
        backing = mount.fill("big")
        native = native or backing
        mount.warm_opens = _passthrough_opens(mount)
    touch(native)
    plain = yardstick.PlainJnr(context, native)
    files = {plain: plain.file, **{mount: mount.path / "big" for mount in mounts.values()}}
    readings = {contender: [] for contender in ("native", *files)}
    cpu = dict.fromkeys(files, 0.0)
    order = list(readings)
    for _ in context.passes(5, 9):
        for contender in order:
            if contender == "native":
                readings[contender].append(_read(native, pattern, size, False, LOOPS[pattern]))
                continue
            before = contender.cpu_seconds()
            loops = LOOPS[pattern] if contender is mounts[agent.DEFAULT] else 1
            readings[contender].append(_read(files[contender], pattern, size, True, loops))
            cpu[contender] += contender.cpu_seconds() - before
        order = order[1:] + order[:1]
    for variant, mount in mounts.items():
        yield _case(f"warm-{pattern}", pattern, variant, mount, readings, cpu[mount], (mounts[agent.JNR], plain), size)


def _read(path, pattern, size, drop_pages, loops):
    return fio.read(path, pattern, size, drop_pages, MAX_SECONDS[pattern], loops)


def _case(name, pattern, variant, mount, readings, cpu_seconds, jnrs, size):
    ours, native, jnr, plain = (_values(readings[key], pattern) for key in (mount, "native", *jnrs))
    gigabytes = sum(reading.bytes for reading in readings[mount]) / 1e9
    case = faster(
        name, variant.name, variant.default, median(ours), UNITS[pattern], median(native),
        file_bytes=size, mount=spread(ours), native=spread(native),
        times_jnr=round(paired_ratio(ours, jnr), 2),
        times_plain_jnr=round(paired_ratio(ours, plain), 2), plain_jnr=spread(plain),
        p99_micros=round(median([reading.p99_micros for reading in readings[mount]]), 1),
        native_p99_micros=round(median([reading.p99_micros for reading in readings["native"]]), 1),
        agent_cpu_seconds_per_gb=round(cpu_seconds / gigabytes, 3),
        passthrough_opens=_passthrough_opens(mount) - mount.warm_opens,
    )  # fmt: skip
    case.ratio = round(paired_ratio(ours, native), 4)
    return case


def _values(readings, pattern):
    if UNITS[pattern] == "IOPS":
        return [reading.operations_per_second for reading in readings]
    return [reading.bytes_per_second / 1e9 for reading in readings]


def _passthrough_opens(mount):
    return mount.stat().get("passthroughOpens", 0)
